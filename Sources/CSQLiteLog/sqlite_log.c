#include "sqlite_log.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/// What SQLite's own VFS writes by one call at most; one byte more, and it says that the disk is full (os_unix.c,
/// seekAndWriteFd).
enum { GATHERED_LIMIT = 0x1ffff };

/// The open log: this, and behind it the file of SQLite's own VFS.
typedef struct {
    sqlite3_file base;
    sqlite3_file *below;
    /// NULL while writes are passed on.
    unsigned char *bytes;
    int count;
    /// Where in the file `bytes` belongs.
    sqlite3_int64 offset;
} Log;

static sqlite3_vfs *own;
static sqlite3_vfs front;

static sqlite3_file *below(sqlite3_file *file) { return ((Log *)file)->below; }

/// What was kept and cannot be written is forgotten: the commit that it belongs to fails, and is undone.
static int flush(sqlite3_file *file) {
    Log *log = (Log *)file;
    if (log->count == 0) return SQLITE_OK;
    int count = log->count;
    log->count = 0;
    return log->below->pMethods->xWrite(log->below, log->bytes, count, log->offset);
}

static int log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    Log *log = (Log *)file;
    if (offset != log->offset + log->count || count > GATHERED_LIMIT - log->count) {
        int code = flush(file);
        if (code != SQLITE_OK) return code;
    }
    if (log->bytes == NULL || count > GATHERED_LIMIT) {
        return log->below->pMethods->xWrite(log->below, bytes, count, offset);
    }
    if (log->count == 0) log->offset = offset;
    memcpy(log->bytes + log->count, bytes, (size_t)count);
    log->count += count;
    return SQLITE_OK;
}

static int log_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    int code = flush(file);
    return code == SQLITE_OK ? below(file)->pMethods->xRead(below(file), bytes, count, offset) : code;
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size) {
    int code = flush(file);
    return code == SQLITE_OK ? below(file)->pMethods->xTruncate(below(file), size) : code;
}

static int log_sync(sqlite3_file *file, int flags) {
    int code = flush(file);
    return code == SQLITE_OK ? below(file)->pMethods->xSync(below(file), flags) : code;
}

static int log_size(sqlite3_file *file, sqlite3_int64 *size) {
    int code = flush(file);
    return code == SQLITE_OK ? below(file)->pMethods->xFileSize(below(file), size) : code;
}

static int log_close(sqlite3_file *file) {
    int written = flush(file);
    int closed = below(file)->pMethods->xClose(below(file));
    free(((Log *)file)->bytes);
    return written == SQLITE_OK ? closed : written;
}

static int log_lock(sqlite3_file *file, int level) { return below(file)->pMethods->xLock(below(file), level); }

static int log_unlock(sqlite3_file *file, int level) { return below(file)->pMethods->xUnlock(below(file), level); }

static int log_is_reserved(sqlite3_file *file, int *result) {
    return below(file)->pMethods->xCheckReservedLock(below(file), result);
}

static int log_control(sqlite3_file *file, int operation, void *argument) {
    return below(file)->pMethods->xFileControl(below(file), operation, argument);
}

static int log_sector_size(sqlite3_file *file) { return below(file)->pMethods->xSectorSize(below(file)); }

static int log_characteristics(sqlite3_file *file) {
    return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

/// Version 1: shared memory and mapped pages are the database file's, never the log's.
static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_size,
    .xLock = log_lock,
    .xUnlock = log_unlock,
    .xCheckReservedLock = log_is_reserved,
    .xFileControl = log_control,
    .xSectorSize = log_sector_size,
    .xDeviceCharacteristics = log_characteristics,
};

static int front_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *opened) {
    (void)vfs;
    if (!(flags & SQLITE_OPEN_WAL)) return own->xOpen(own, name, file, flags, opened);
    Log *log = (Log *)file;
    *log = (Log){.below = (sqlite3_file *)(log + 1)};
    int code = own->xOpen(own, name, log->below, flags, opened);
    // SQLite closes a file that has methods, also where its opening failed.
    if (log->below->pMethods != NULL) log->base.pMethods = &methods;
    return code;
}

int coffer_log_install(void) {
    int code = sqlite3_initialize();
    if (code != SQLITE_OK) return code;
    own = sqlite3_vfs_find(NULL);
    if (own == NULL) return SQLITE_ERROR;
    front = *own;
    front.pNext = NULL;
    front.zName = "coffer";
    front.szOsFile += (int)sizeof(Log);
    front.xOpen = front_open;
    return sqlite3_vfs_register(&front, 1);
}

int coffer_log_gather(sqlite3 *connection) {
    sqlite3_file *file = NULL;
    int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    if (code != SQLITE_OK) return code;
    if (file == NULL || file->pMethods != &methods) return SQLITE_MISUSE;
    if (!(log_characteristics(file) & SQLITE_IOCAP_POWERSAFE_OVERWRITE)) return SQLITE_MISUSE;
    Log *log = (Log *)file;
    if (log->bytes == NULL) log->bytes = malloc(GATHERED_LIMIT);
    return log->bytes == NULL ? SQLITE_NOMEM : SQLITE_OK;
}
