// Constants, views and data movement that are refused.
// RUN: lacuna-opt %s --split-input-file --verify-diagnostics

func.func @reshape(%a: tensor<4x3xi8>) {
  // expected-error @below {{cannot view 'tensor<4x3xi8>' as 'tensor<4x4xi8>'}}
  %0 = nn.reshape %a : (tensor<4x3xi8>) -> tensor<4x4xi8>
  return
}

// -----

func.func @reshape_type(%a: tensor<4x3xi8>) {
  // expected-error @below {{moves elements of 'i8' into a result of 'i16'}}
  %0 = nn.reshape %a : (tensor<4x3xi8>) -> tensor<12xi16>
  return
}

// -----

func.func @pad_shape(%a: tensor<4x3xi8>) {
  // expected-error @below {{result has shape [5, 4] where [5, 3] is needed}}
  %0 = nn.pad %a low = [1, 0] high = [0, 0] value = 0 : (tensor<4x3xi8>) -> tensor<5x4xi8>
  return
}

// -----

func.func @pad_value(%a: tensor<4x3xi8>) {
  // expected-error @below {{value 128 does not fit 'i8'}}
  %0 = nn.pad %a low = [1, 0] high = [0, 0] value = 128 : (tensor<4x3xi8>) -> tensor<5x3xi8>
  return
}

// -----

func.func @pad_rank(%a: tensor<4x3xi8>) {
  // expected-error @below {{low has 1 entries where 2 are needed}}
  %0 = nn.pad %a low = [1] high = [0, 0] value = 0 : (tensor<4x3xi8>) -> tensor<5x3xi8>
  return
}

// -----

func.func @slice(%a: tensor<4x3xi8>) {
  // expected-error @below {{takes elements 2 ... 4 of an axis of length 4}}
  %0 = nn.slice %a start = [2, 0] : (tensor<4x3xi8>) -> tensor<3x3xi8>
  return
}

// -----

func.func @slice_start(%a: tensor<4x3xi8>) {
  // expected-error @below {{start has the entry -1, outside 0}}
  %0 = nn.slice %a start = [-1, 0] : (tensor<4x3xi8>) -> tensor<3x3xi8>
  return
}

// -----

func.func @concat_axis(%a: tensor<4x3xi8>) {
  // expected-error @below {{axis 5 is out of range for rank 2}}
  %0 = nn.concat %a axis = 5 : (tensor<4x3xi8>) -> tensor<4x3xi8>
  return
}

// -----

func.func @concat_shapes(%a: tensor<4x3xi8>, %b: tensor<5x2xi8>) {
  // expected-error @below {{inputs differ on axis 0: 4 and 5}}
  %0 = nn.concat %a, %b axis = 1 : (tensor<4x3xi8>, tensor<5x2xi8>) -> tensor<4x5xi8>
  return
}

// -----

func.func @transpose_twice(%a: tensor<4x3xi8>) {
  // expected-error @below {{perms names axis 1 twice}}
  %0 = nn.transpose %a perms = [1, 1] : (tensor<4x3xi8>) -> tensor<3x3xi8>
  return
}

// -----

func.func @transpose_range(%a: tensor<4x3xi8>) {
  // expected-error @below {{perms has the entry 2, outside 0 ... 1}}
  %0 = nn.transpose %a perms = [1, 2] : (tensor<4x3xi8>) -> tensor<3x4xi8>
  return
}

// -----

func.func @reverse(%a: tensor<4x3xi8>) {
  // expected-error @below {{axis 2 is out of range for rank 2}}
  %0 = nn.reverse %a axis = 2 : (tensor<4x3xi8>) -> tensor<4x3xi8>
  return
}

// -----

func.func @tile(%a: tensor<4x3xi8>) {
  // expected-error @below {{result's axis 1 of length 7 is no multiple of the input's 3}}
  %0 = nn.tile %a : (tensor<4x3xi8>) -> tensor<4x7xi8>
  return
}

// -----

func.func @gather_indices(%a: tensor<1x4x3xi8>, %i: tensor<1x2xi8>) {
  // expected-error @below {{indices must be i32}}
  %0 = nn.gather %a at %i : (tensor<1x4x3xi8>, tensor<1x2xi8>) -> tensor<1x2x3xi8>
  return
}

// -----

func.func @gather_batch(%a: tensor<1x4x3xi8>, %i: tensor<2x2xi32>) {
  // expected-error @below {{values have batch 1 but indices have 2}}
  %0 = nn.gather %a at %i : (tensor<1x4x3xi8>, tensor<2x2xi32>) -> tensor<1x2x3xi8>
  return
}

// -----

func.func @scatter(%a: tensor<1x4x3xi8>, %i: tensor<1x5xi32>, %b: tensor<1x5x3xi8>) {
  // expected-error @below {{indices [N, W] with W at most K}}
  %0 = nn.scatter %b into %a at %i
    : (tensor<1x4x3xi8>, tensor<1x5xi32>, tensor<1x5x3xi8>) -> tensor<1x4x3xi8>
  return
}

// -----

func.func @resize_size(%a: tensor<1x4x4x1xi8>) {
  // expected-error @below {{result height 9 does not follow from the input's 4}}
  %0 = nn.resize nearest %a scale = [4, 2, 4, 2] offset = [0, 0] border = [2, 2]
    : (tensor<1x4x4x1xi8>) -> tensor<1x9x8x1xi8>
  return
}

// -----

func.func @resize_scale(%a: tensor<1x4x4x1xi8>) {
  // expected-error @below {{scale 1 / 16, offset 0, border 0 are outside TOSA's limits}}
  %0 = nn.resize nearest %a scale = [1, 16, 4, 2] offset = [0, 0] border = [0, 2]
    : (tensor<1x4x4x1xi8>) -> tensor<1x1x8x1xi8>
  return
}

// -----

func.func @resize_type(%a: tensor<1x4x4x1xi8>) {
  // expected-error @below {{bilinear resize of 'i8' giving 'i8' is not defined}}
  %0 = nn.resize bilinear %a scale = [4, 2, 4, 2] offset = [0, 0] border = [2, 2]
    : (tensor<1x4x4x1xi8>) -> tensor<1x8x8x1xi8>
  return
}
