#!/bin/sh
# Usage: exported_symbols.sh PLUGIN.so – exactly one defined dynamic symbol, none of it unique; the
# manifest section is still there after strip; the dynamic section asks for immediate binding.
set -eu
symbols=$(nm -D --defined-only "$1" | awk '{print $NF}')
[ "$symbols" = "samvev_entry_v1" ] || { echo "exports: $symbols"; exit 1; }
! readelf -Ws "$1" | grep -q ' UNIQUE ' || { echo "has STB_GNU_UNIQUE symbols"; exit 1; }
readelf -d "$1" | grep -q 'BIND_NOW\|NOW' || { echo "not bound at load time"; exit 1; }
! readelf -d "$1" | grep -q 'RPATH\|RUNPATH\|TEXTREL' || { echo "RPATH or text relocations"; exit 1; }
readelf -lW "$1" | grep 'GNU_STACK' | grep -q 'RW ' || { echo "executable stack"; exit 1; }
stripped=$(mktemp)
trap 'rm -f "$stripped"' EXIT
strip -o "$stripped" "$1"
readelf -SW "$stripped" | grep -q '\.samvev\.manifest' || { echo "strip removed the manifest"; exit 1; }
