#include "checksums.h"

#include <pthread.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define FOLDING 1
#define FOLDING_TARGET __attribute__((target("sse4.1,pclmul")))
#elif defined(__aarch64__) && defined(__linux__) && defined(__ORDER_LITTLE_ENDIAN__) \
    && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#include <arm_neon.h>
#include <sys/auxv.h>
#define FOLDING 1
#define FOLDING_TARGET __attribute__((target("aes")))
#ifndef HWCAP_PMULL
#define HWCAP_PMULL (1 << 4)
#endif
#else
#define FOLDING 0
#endif

// Polynomials over GF(2) are kept "reflected and left-aligned": the coefficient of x^j is bit 63 - j
// of a 64-bit word. A 32-bit CRC therefore sits in the upper half of the word, and one code serves
// both widths.
//
// A running CRC ("register") is the usual reflected register: right-aligned, all ones at the start.

enum { KINDS = 3, SLICES = 8, POWERS = 64 };

typedef struct {
    unsigned width;
    uint64_t polynomial; // reflected and left-aligned, without x^width
    uint64_t ones;       // initial value and final exclusive-or, right-aligned
    uint64_t table[SLICES][256];
    uint64_t powers[POWERS]; // x^(8 * 2^k) modulo the polynomial
    uint64_t fold512[2];     // multiply the first and second half of a lane by x^512
    uint64_t fold128[2];     // ... by x^128
} crc_parameters;

static crc_parameters parameters[KINDS] = {
    {.width = 32, .polynomial = 0xEDB88320ull << 32, .ones = 0xFFFFFFFFull},
    {.width = 32, .polynomial = 0x82F63B78ull << 32, .ones = 0xFFFFFFFFull},
    {.width = 64, .polynomial = 0x9A6C9329AC4BC9B5ull, .ones = 0xFFFFFFFFFFFFFFFFull},
};
static bool has_folding = false;
static pthread_once_t prepared = PTHREAD_ONCE_INIT;

/// a * x modulo the polynomial.
static uint64_t times_x(const crc_parameters *p, uint64_t a)
{
    const uint64_t highest = 1ull << (64 - p->width);
    const uint64_t shifted = (a & ~highest) >> 1;
    return (a & highest) ? shifted ^ p->polynomial : shifted;
}

/// a * b modulo the polynomial.
static uint64_t times(const crc_parameters *p, uint64_t a, uint64_t b)
{
    uint64_t product = 0;
    for (unsigned j = 0; j < p->width; j++) {
        if (a & (1ull << (63 - j))) product ^= b;
        b = times_x(p, b);
    }
    return product;
}

/// x^exponent modulo the polynomial, for the small exponents of the folding constants.
static uint64_t power_of_x(const crc_parameters *p, unsigned exponent)
{
    uint64_t result = 1ull << 63;
    for (unsigned i = 0; i < exponent; i++) result = times_x(p, result);
    return result;
}

static void prepare_parameters(crc_parameters *p)
{
    const unsigned align = 64 - p->width;
    for (unsigned byte = 0; byte < 256; byte++) {
        uint64_t value = byte;
        for (int bit = 0; bit < 8; bit++)
            value = (value >> 1) ^ ((value & 1) ? p->polynomial >> align : 0);
        p->table[0][byte] = value;
    }
    for (unsigned slice = 1; slice < SLICES; slice++)
        for (unsigned byte = 0; byte < 256; byte++) {
            const uint64_t before = p->table[slice - 1][byte];
            p->table[slice][byte] = (before >> 8) ^ p->table[0][before & 0xFF];
        }
    p->powers[0] = power_of_x(p, 8);
    for (unsigned k = 1; k < POWERS; k++)
        p->powers[k] = times(p, p->powers[k - 1], p->powers[k - 1]);
    // A carry-less product of two reflected 64-bit words is one bit short of a reflected 128-bit
    // word, which multiplies it by x; hence the 1 less in each exponent. The first half of a lane
    // stands 64 bits before the second.
    p->fold512[0] = power_of_x(p, 512 + 64 - 1);
    p->fold512[1] = power_of_x(p, 512 - 1);
    p->fold128[0] = power_of_x(p, 128 + 64 - 1);
    p->fold128[1] = power_of_x(p, 128 - 1);
}

static void prepare(void)
{
    for (int kind = 0; kind < KINDS; kind++) prepare_parameters(&parameters[kind]);
#if defined(__x86_64__)
    __builtin_cpu_init();
    has_folding = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
#elif FOLDING
    has_folding = (getauxval(AT_HWCAP) & HWCAP_PMULL) != 0;
#endif
}

static const crc_parameters *parameters_of(coffer_crc kind)
{
    pthread_once(&prepared, prepare);
    return &parameters[kind];
}

/// Slicing by eight.
static uint64_t register_by_table(const crc_parameters *p, uint64_t reg, const uint8_t *bytes, size_t count)
{
    while (count >= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        word ^= reg;
        reg = p->table[7][word & 0xFF] ^ p->table[6][(word >> 8) & 0xFF]
            ^ p->table[5][(word >> 16) & 0xFF] ^ p->table[4][(word >> 24) & 0xFF]
            ^ p->table[3][(word >> 32) & 0xFF] ^ p->table[2][(word >> 40) & 0xFF]
            ^ p->table[1][(word >> 48) & 0xFF] ^ p->table[0][word >> 56];
        bytes += 8;
        count -= 8;
    }
    while (count-- > 0) reg = (reg >> 8) ^ p->table[0][(reg ^ *bytes++) & 0xFF];
    return reg;
}

#if FOLDING

// A lane is 16 bytes of the message, or 16 bytes that leave the same remainder. Folding multiplies a
// lane by x^512 or x^128 so that it can be added to the bytes that far behind it ("Fast CRC
// Computation for Generic Polynomials Using PCLMULQDQ", Gopal et al., Intel 2009). The last lane is
// reduced by the tables, which costs two table steps and needs no constants per width.

#if defined(__x86_64__)

typedef __m128i lane;

FOLDING_TARGET static inline lane lane_load(const void *bytes)
{
    return _mm_loadu_si128((const __m128i *)bytes);
}

FOLDING_TARGET static inline lane lane_add(lane a, lane b) { return _mm_xor_si128(a, b); }

FOLDING_TARGET static inline lane lane_fold(lane a, lane by)
{
    return _mm_xor_si128(_mm_clmulepi64_si128(a, by, 0x00), _mm_clmulepi64_si128(a, by, 0x11));
}

FOLDING_TARGET static inline void lane_store(void *bytes, lane a)
{
    _mm_storeu_si128((__m128i *)bytes, a);
}

#else

typedef uint8x16_t lane;

FOLDING_TARGET static inline lane lane_load(const void *bytes) { return vld1q_u8((const uint8_t *)bytes); }

FOLDING_TARGET static inline lane lane_add(lane a, lane b) { return veorq_u8(a, b); }

FOLDING_TARGET static inline lane lane_fold(lane a, lane by)
{
    const poly64x2_t x = vreinterpretq_p64_u8(a), y = vreinterpretq_p64_u8(by);
    const poly128_t low = vmull_p64((poly64_t)vgetq_lane_p64(x, 0), (poly64_t)vgetq_lane_p64(y, 0));
    const poly128_t high = vmull_high_p64(x, y);
    return veorq_u8(vreinterpretq_u8_p128(low), vreinterpretq_u8_p128(high));
}

FOLDING_TARGET static inline void lane_store(void *bytes, lane a) { vst1q_u8((uint8_t *)bytes, a); }

#endif

enum { LANE = 16, LANES = 4, STRIDE = LANE * LANES };

FOLDING_TARGET static uint64_t register_by_folding(
    const crc_parameters *p, uint64_t reg, const uint8_t *bytes, size_t count)
{
    const uint64_t start[2] = {reg, 0};
    const lane far = lane_load(p->fold512), near = lane_load(p->fold128);
    lane a = lane_add(lane_load(bytes), lane_load(start));
    lane b = lane_load(bytes + LANE);
    lane c = lane_load(bytes + 2 * LANE);
    lane d = lane_load(bytes + 3 * LANE);
    bytes += STRIDE;
    count -= STRIDE;
    while (count >= STRIDE) {
        a = lane_add(lane_fold(a, far), lane_load(bytes));
        b = lane_add(lane_fold(b, far), lane_load(bytes + LANE));
        c = lane_add(lane_fold(c, far), lane_load(bytes + 2 * LANE));
        d = lane_add(lane_fold(d, far), lane_load(bytes + 3 * LANE));
        bytes += STRIDE;
        count -= STRIDE;
    }
    b = lane_add(lane_fold(a, near), b);
    c = lane_add(lane_fold(b, near), c);
    d = lane_add(lane_fold(c, near), d);
    while (count >= LANE) {
        d = lane_add(lane_fold(d, near), lane_load(bytes));
        bytes += LANE;
        count -= LANE;
    }
    uint8_t last[LANE];
    lane_store(last, d);
    return register_by_table(p, register_by_table(p, 0, last, LANE), bytes, count);
}

#endif

uint64_t coffer_crc_update(coffer_crc kind, uint64_t crc, const void *bytes, size_t count)
{
    const crc_parameters *p = parameters_of(kind);
    uint64_t reg = crc ^ p->ones;
#if FOLDING
    if (has_folding && count >= STRIDE)
        reg = register_by_folding(p, reg, bytes, count);
    else
#endif
        reg = register_by_table(p, reg, bytes, count);
    return reg ^ p->ones;
}

uint64_t coffer_crc_update_by_table(coffer_crc kind, uint64_t crc, const void *bytes, size_t count)
{
    const crc_parameters *p = parameters_of(kind);
    return register_by_table(p, crc ^ p->ones, bytes, count) ^ p->ones;
}

uint64_t coffer_crc_combine(coffer_crc kind, uint64_t first, uint64_t second, uint64_t second_count)
{
    // With the same initial value and final exclusive-or, both cancel out: what remains is the
    // first CRC moved up by the length of the second piece (Mark Adler, zlib's crc32_combine).
    const crc_parameters *p = parameters_of(kind);
    const unsigned align = 64 - p->width;
    uint64_t moved = first << align;
    for (unsigned k = 0; second_count != 0; k++, second_count >>= 1)
        if (second_count & 1) moved = times(p, moved, p->powers[k]);
    return (moved >> align) ^ second;
}

bool coffer_crc_is_accelerated(void)
{
    pthread_once(&prepared, prepare);
    return has_folding;
}
