// What a plan says of a step. `depends`: it runs only if the bytes of an input turn out to have changed.

export type Verdict = 'reuse' | 'run' | 'depends';
