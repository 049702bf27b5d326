#!/usr/bin/env bash
# Runs every fuzz target for SECONDS each, or those of the crates named: all.sh SECONDS [CRATE...]
# Stops at the first finding, whose input is kept under the crate's fuzz/artifacts.
set -euo pipefail
seconds=${1:?usage: all.sh SECONDS [CRATE...]}
shift
cd "$(dirname "$0")/../../.."
crates=("$@")
[ ${#crates[@]} -gt 0 ] || crates=(brotli media splice provenance rubrics rules pixels fetch)
for crate in "${crates[@]}"; do
    folder=crates/$crate
    [ -d "$folder" ] || folder=patches/$crate
    cd "$folder"
    # Image decoders under this crate have unsafe code.
    sanitizer=none
    [ "$crate" = pixels ] && sanitizer=address
    for target in $(cargo +nightly fuzz list); do
        echo "== $crate $target"
        limits=(-rss_limit_mb=512)
        [ "$crate" = brotli ] && limits=(-rss_limit_mb=256 -malloc_limit_mb=8)
        [ "$crate" = provenance ] && limits=(-rss_limit_mb=512 -malloc_limit_mb=32)
        [ "$crate" = pixels ] && limits=(-rss_limit_mb=2048)
        cargo +nightly fuzz run -s "$sanitizer" "$target" -- \
            "-max_total_time=$seconds" -timeout=20 -max_len=1000000 "${limits[@]}"
    done
    cd ../..
done
