# Usage: layers.sh SHARED. Prints how many layers of each kind nn-fuse leaves of
# each quantised model.
set -e
for model in ad01_int8 hello_world_int8 kws_int8 micro_speech_quantized \
    mobilenet_v1_0.25_128_quant mobilenet_v1_0.5_160_quant \
    mobilenet_v2_1.0_224_quant person_detect resnet8_int8; do
  lacuna-opt "$1/models/tosa/$model.mlir" --lacuna-tosa-to-nn \
      --mlir-elide-elementsattrs-if-larger=8 |
    sed -n 's/.* = nn\.\([a-z_0-9]*\) .*/\1/p' | grep -v '^constant$' |
    sort | uniq -c |
    awk -v name="$model" '{ list = list (NR > 1 ? ", " : "") $1 " " $2 }
                          END { print name ": " list }'
done
