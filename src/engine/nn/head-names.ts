// The names of the heads, for those who only need them (docs/methods.md §2.3).

/** `linear`: one linear layer. `mlp`: linear to the same length, ReLU, linear. `mlp_bn`: with batch norm before the ReLU, and no bias before that. */
export const headNames = ['linear', 'mlp', 'mlp_bn'] as const;

export type HeadName = (typeof headNames)[number];
