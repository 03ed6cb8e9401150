#ifndef COFFER_ASSETS_H
#define COFFER_ASSETS_H

#include <stddef.h>
#include <stdint.h>

/// How many files of the console are compiled in.
size_t coffer_asset_count(void);
/// The path of a file below `web`; `index` is below the count.
const char *coffer_asset_name(size_t index);
/// Bytes of a file.
size_t coffer_asset_length(size_t index);
/// Copies the bytes of a file; `into` has room for all of them.
void coffer_asset_copy(size_t index, uint8_t *into);

#endif
