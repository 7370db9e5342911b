// The names of the backbones, for those who only need them: the command line must not load the layers.

/** As users write them in a program. */
export const backboneNames = [
  'conv3',
  'conv4',
  'conv4_half',
  'small_cnn',
  'resnet18_cifar',
  'resnet34_cifar',
  'resnet18_stl',
  'resnet34_stl',
  'resnet18_imagenet',
  'resnet34_imagenet',
  'resnet50_imagenet',
] as const;

export type BackboneName = (typeof backboneNames)[number];
