#pragma once

struct sqlite3;

/// Puts a VFS in front of SQLite's own, as the one that databases are opened with from now on. It changes nothing until
/// `coffer_log_gather` asks a connection's write-ahead log to gather its writes. To be called once, before the first
/// database is opened. Returns an SQLite result code.
int coffer_log_install(void);

/// From now on the write-ahead log of this connection writes 128 KiB at a time instead of each page by two calls: what it
/// writes is kept until there is as much, or until the log is synced, read or measured.
///
/// Only for a connection with `synchronous = FULL`, where each commit is synced before other connections see it, and with
/// `cache_spill = OFF`, where nothing is written but by a commit: one that fails is undone whole, with what was kept.
/// Returns SQLITE_MISUSE where the log was not opened through the VFS, or where a sync may take bytes beside it along,
/// for which SQLite writes after the sync (https://www.sqlite.org/psow.html).
int coffer_log_gather(struct sqlite3 *connection);
