#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The three CRCs that clients send; all of them reflected, with an initial value and a final
/// exclusive-or of all ones.
typedef enum {
    COFFER_CRC32 = 0,     ///< CRC-32/ISO-HDLC, the one of zlib and Ethernet
    COFFER_CRC32C = 1,    ///< CRC-32C, Castagnoli, RFC 3720
    COFFER_CRC64NVME = 2, ///< CRC-64/NVME
} coffer_crc;

/// The CRC of the bytes seen so far, continued by `count` more. The CRC of no bytes is 0.
uint64_t coffer_crc_update(coffer_crc kind, uint64_t crc, const void *bytes, size_t count);

/// The same by tables alone, as on a processor without carry-less multiplication.
uint64_t coffer_crc_update_by_table(coffer_crc kind, uint64_t crc, const void *bytes, size_t count);

/// The CRC of two pieces laid end to end, from the CRC of each and the length of the second.
uint64_t coffer_crc_combine(coffer_crc kind, uint64_t first, uint64_t second, uint64_t second_count);

/// Whether `coffer_crc_update` uses carry-less multiplication on this processor.
bool coffer_crc_is_accelerated(void);
