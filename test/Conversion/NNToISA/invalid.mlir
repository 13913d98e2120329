// RUN: lacuna-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(func.func(nn-schedule{machine=nano}),convert-nn-to-tile{machine=nano})'

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x5x4x8xi8> {
  // expected-error @+1 {{schedule of layer 'pool_0': a tile of 9 does not cut an extent of 5}}
  %y = nn.pool max %x kernel = [1, 1] stride = [1, 1] padding = [0, 0, 0, 0] {
      nn.schedule = [#nn.schedule<[output 0 by 9] [[level 1 slots 2, level 1 slots 2]]>]}
      : (tensor<1x5x4x8xi8>) -> tensor<1x5x4x8xi8>
  return %y : tensor<1x5x4x8xi8>
}

// -----

func.func @main(%x: tensor<1x500x40x8xi8>) -> tensor<1x500x40x8xi8> {
  // expected-error @+1 {{the machine lacks}}
  %y = nn.pool max %x kernel = [1, 1] stride = [1, 1] padding = [0, 0, 0, 0] {
      nn.schedule = [#nn.schedule<[] [[level 0 slots 1, level 0 slots 1]]>]}
      : (tensor<1x500x40x8xi8>) -> tensor<1x500x40x8xi8>
  return %y : tensor<1x500x40x8xi8>
}

// -----

func.func @main(%x: tensor<1x5x4x8xi8>) -> tensor<1x5x4x8xi8> {
  // expected-error @+1 {{is no list of 1 #nn.schedule}}
  %y = nn.pool max %x kernel = [1, 1] stride = [1, 1] padding = [0, 0, 0, 0] {
      nn.schedule = []} : (tensor<1x5x4x8xi8>) -> tensor<1x5x4x8xi8>
  return %y : tensor<1x5x4x8xi8>
}
