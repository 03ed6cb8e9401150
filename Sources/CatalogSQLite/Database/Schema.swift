import GRDB

/// The tables of the catalog, one migration for each released change.
enum Schema {
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { db in
            for statement in accounts + contents + objects + uploads { try db.execute(sql: statement) }
        }
        migrator.registerMigration("v2") { db in
            for statement in attributes { try db.execute(sql: statement) }
        }
        migrator.registerMigration("v3") { db in
            for statement in events { try db.execute(sql: statement) }
        }
        migrator.registerMigration("v4") { db in
            for statement in identities { try db.execute(sql: statement) }
        }
        migrator.registerMigration("v5") { db in
            for statement in renames { try db.execute(sql: statement) }
        }
        migrator.registerMigration("v6") { db in
            for statement in library { try db.execute(sql: statement) }
        }
        migrator.registerMigration("v7") { db in
            for statement in sizes { try db.execute(sql: statement) }
        }
        return migrator
    }()

    // Sizes in the index of files: pages by size read it alone. An index by size would cost each write a page of its own.
    private static let sizes = [
        "DROP INDEX object_file",
        "CREATE INDEX object_file ON object (bucket, file, media, size)",
    ]

    // Objects as files, and what is known of them.
    private static let library = [
        // Nobody was ever told of a media id that was not its file's own.
        "UPDATE object SET media = file",
        "UPDATE version SET media = file",
        // Numbers of files grow with time, so that both are written at their ends.
        "CREATE INDEX object_file ON object (bucket, file, media)",
        "CREATE INDEX object_attached ON object (bucket, media, file) WHERE media <> file",
        // media objects of which something is said, or which have no file of their number.
        """
        CREATE TABLE media (
            id INTEGER PRIMARY KEY,
            project TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            details BLOB NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE INDEX media_project ON media (project, id)",
        // Of contents; they go with them. state: 0 waiting, 1 known, 2 failed. bucket and key: an object that has it.
        """
        CREATE TABLE facts (
            content INTEGER PRIMARY KEY,
            state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
            bucket INTEGER NOT NULL,
            key BLOB NOT NULL,
            size INTEGER NOT NULL,
            attempts INTEGER NOT NULL CHECK (attempts >= 0),
            due INTEGER NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            identity BLOB,
            facts BLOB
        ) STRICT
        """,
        "CREATE INDEX facts_bucket ON facts (bucket, created)",
        "CREATE INDEX facts_due ON facts (due, content) WHERE state = 0",
        "CREATE INDEX facts_identity ON facts (identity) WHERE state = 1 AND identity IS NOT NULL",
        """
        CREATE TABLE task (
            id INTEGER PRIMARY KEY,
            project TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
            record BLOB NOT NULL
        ) STRICT
        """,
        "CREATE INDEX task_project ON task (project, id)",
        "CREATE INDEX task_open ON task (id) WHERE is_open = 1",
        """
        CREATE TABLE usage_day (
            project TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            day INTEGER NOT NULL,
            files INTEGER NOT NULL,
            logical INTEGER NOT NULL,
            stored INTEGER NOT NULL,
            PRIMARY KEY (project, day)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE delivery (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            project TEXT NOT NULL,
            webhook TEXT NOT NULL,
            event INTEGER NOT NULL,
            topic TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            time INTEGER NOT NULL,
            milliseconds INTEGER NOT NULL,
            status INTEGER,
            error TEXT
        ) STRICT
        """,
        "CREATE INDEX delivery_webhook ON delivery (project, webhook, id)",
        // topics: words with spaces between them.
        "ALTER TABLE webhook ADD COLUMN topics TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE webhook ADD COLUMN is_paused INTEGER NOT NULL DEFAULT 0 CHECK (is_paused IN (0, 1))",
        "ALTER TABLE project ADD COLUMN maximum_storage INTEGER",
        "ALTER TABLE project ADD COLUMN maximum_uploads INTEGER",
        "ALTER TABLE project ADD COLUMN picture_sizes TEXT NOT NULL DEFAULT ''",
    ]

    // Attributes of versions, encryption, and the documents of a bucket; null where there is none.
    private static let attributes = [
        "ALTER TABLE bucket ADD COLUMN configurations BLOB",
        // The parts of the upload that made it: see `PartsCoding`.
        "ALTER TABLE content ADD COLUMN parts BLOB",
        "ALTER TABLE object ADD COLUMN attributes BLOB",
        "ALTER TABLE object ADD COLUMN encryption BLOB",
        "ALTER TABLE version ADD COLUMN attributes BLOB",
        "ALTER TABLE version ADD COLUMN encryption BLOB",
        "ALTER TABLE upload ADD COLUMN attributes BLOB",
        "ALTER TABLE upload ADD COLUMN encryption BLOB",
        "ALTER TABLE upload_part ADD COLUMN salt BLOB",
        // versions: sealed keys one after another, oldest first.
        """
        CREATE TABLE encryption_key (
            name TEXT NOT NULL PRIMARY KEY,
            created INTEGER NOT NULL,
            is_disabled INTEGER NOT NULL CHECK (is_disabled IN (0, 1)),
            versions BLOB NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
    ]

    // Webhooks, and the events that wait for them, in order; dead ones were given up.
    private static let events = [
        """
        CREATE TABLE webhook (
            project TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            url TEXT NOT NULL,
            sealed_secret BLOB NOT NULL,
            created INTEGER NOT NULL,
            PRIMARY KEY (project, name)
        ) STRICT, WITHOUT ROWID
        """,
        // No foreign key: an event whose webhook is not there any more is dropped when it is due.
        """
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            project TEXT NOT NULL,
            webhook TEXT NOT NULL,
            bucket TEXT NOT NULL,
            key BLOB NOT NULL,
            event BLOB NOT NULL,
            attempts INTEGER NOT NULL CHECK (attempts >= 0),
            created INTEGER NOT NULL,
            due INTEGER NOT NULL,
            is_dead INTEGER NOT NULL CHECK (is_dead IN (0, 1))
        ) STRICT
        """,
        "CREATE INDEX outbox_due ON outbox (due, id) WHERE is_dead = 0",
        "CREATE INDEX outbox_order ON outbox (project, webhook, bucket, key, id) WHERE is_dead = 0",
        "CREATE INDEX outbox_dead ON outbox (project, webhook, id) WHERE is_dead = 1",
    ]

    // Users, groups and roles. folded: the name in lower case. A key without an owner is the account's own.
    private static let identities = [
        """
        CREATE TABLE identity (
            id TEXT NOT NULL PRIMARY KEY,
            project TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('user', 'group', 'role')),
            folded TEXT NOT NULL,
            record BLOB NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE UNIQUE INDEX identity_name ON identity (project, kind, folded)",
        "ALTER TABLE access_key ADD COLUMN owner TEXT REFERENCES identity (id)",
        "CREATE INDEX access_key_owner ON access_key (owner) WHERE owner IS NOT NULL",
    ]

    // Renames of the last day by the token that their client gave them. The bucket may be gone.
    private static let renames = [
        """
        CREATE TABLE rename_token (
            bucket INTEGER NOT NULL,
            token TEXT NOT NULL,
            source BLOB NOT NULL,
            destination BLOB NOT NULL,
            made INTEGER NOT NULL,
            PRIMARY KEY (bucket, token)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX rename_token_made ON rename_token (made)",
    ]

    private static let accounts = [
        // Counters: the epoch, and the first segment id and sequence that were not leased yet.
        """
        CREATE TABLE meta (
            name TEXT NOT NULL PRIMARY KEY,
            value INTEGER NOT NULL CHECK (value >= 0)
        ) STRICT, WITHOUT ROWID
        """,
        "INSERT INTO meta VALUES ('epoch', 1), ('segment', 1), ('sequence', 1), ('projects_created', 0)",
        """
        CREATE TABLE project (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            display_name TEXT NOT NULL,
            email TEXT,
            created INTEGER NOT NULL,
            maximum_object_size INTEGER
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE access_key (
            id TEXT NOT NULL PRIMARY KEY,
            project TEXT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            role TEXT NOT NULL CHECK (role IN ('read', 'upload', 'full')),
            is_paused INTEGER NOT NULL CHECK (is_paused IN (0, 1)),
            sealed_secret BLOB NOT NULL,
            fingerprint BLOB NOT NULL UNIQUE,
            created INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX access_key_project ON access_key (project, id)",
        // AUTOINCREMENT: the id of a deleted bucket never comes back, so what is cached under it stays true.
        """
        CREATE TABLE bucket (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            project TEXT NOT NULL REFERENCES project (id),
            created INTEGER NOT NULL,
            versioning INTEGER NOT NULL CHECK (versioning BETWEEN 0 AND 2)
        ) STRICT
        """,
        "CREATE INDEX bucket_project ON bucket (project, name)",
        // Deleted buckets whose uploads are still to be reaped.
        "CREATE TABLE dropped_bucket (id INTEGER PRIMARY KEY) STRICT",
        """
        CREATE TABLE domain (
            host TEXT NOT NULL PRIMARY KEY,
            bucket INTEGER NOT NULL REFERENCES bucket (id),
            project TEXT NOT NULL REFERENCES project (id),
            public_base_url TEXT,
            is_private INTEGER NOT NULL CHECK (is_private IN (0, 1)),
            accepts_first_form INTEGER NOT NULL CHECK (accepts_first_form IN (0, 1)),
            serves_localhost INTEGER NOT NULL CHECK (serves_localhost IN (0, 1)),
            created INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX domain_bucket ON domain (bucket, host)",
        "CREATE INDEX domain_project ON domain (project)",
        "CREATE UNIQUE INDEX domain_localhost ON domain (serves_localhost) WHERE serves_localhost = 1",
    ]

    // A count is the number of references: of a content, the versions, parts and slices that name it; of a
    // chunk, its occurrences in pages of contents (a chunk that one content holds twice counts twice, so that
    // unwinding a page is one step down for each extent). The stamp says when the count last went down.
    private static let contents = [
        """
        CREATE TABLE inline_content (
            id INTEGER PRIMARY KEY,
            scope INTEGER NOT NULL,
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            count INTEGER NOT NULL CHECK (count >= 0),
            stamp_epoch INTEGER NOT NULL,
            stamp_time INTEGER NOT NULL,
            body BLOB NOT NULL CHECK (length(body) BETWEEN 1 AND 16384)
        ) STRICT
        """,
        "CREATE UNIQUE INDEX inline_digest ON inline_content (scope, digest)",
        "CREATE INDEX inline_idle ON inline_content (stamp_epoch, stamp_time) WHERE count = 0",
        // is_dying: the sweeper has begun to unwind it, nothing may refer to it any more.
        """
        CREATE TABLE content (
            id INTEGER PRIMARY KEY,
            length INTEGER NOT NULL CHECK (length > 0),
            count INTEGER NOT NULL CHECK (count >= 0),
            depth INTEGER NOT NULL CHECK (depth BETWEEN 1 AND 8),
            is_list INTEGER NOT NULL CHECK (is_list IN (0, 1)),
            is_dying INTEGER NOT NULL CHECK (is_dying IN (0, 1)),
            stamp_epoch INTEGER NOT NULL,
            stamp_time INTEGER NOT NULL,
            CHECK (is_dying = 0 OR count = 0)
        ) STRICT
        """,
        "CREATE INDEX content_idle ON content (stamp_epoch, stamp_time) WHERE count = 0",
        // Extents of a content made of chunks, at most 1,000 a page, 20 bytes each: see `ExtentCoding`.
        """
        CREATE TABLE content_page (
            content INTEGER NOT NULL REFERENCES content (id),
            first_offset INTEGER NOT NULL CHECK (first_offset >= 0),
            extents BLOB NOT NULL CHECK (length(extents) BETWEEN 20 AND 20000 AND length(extents) % 20 = 0),
            PRIMARY KEY (content, first_offset)
        ) STRICT, WITHOUT ROWID
        """,
        // Slices of a content that is a list, by the offset of their first byte in the whole.
        """
        CREATE TABLE content_slice (
            content INTEGER NOT NULL REFERENCES content (id),
            position INTEGER NOT NULL CHECK (position >= 0),
            child INTEGER NOT NULL CHECK (child <> 0),
            child_offset INTEGER NOT NULL CHECK (child_offset >= 0),
            length INTEGER NOT NULL CHECK (length > 0),
            PRIMARY KEY (content, position)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE chunk (
            segment INTEGER NOT NULL CHECK (segment > 0),
            position INTEGER NOT NULL CHECK (position >= 0),
            length INTEGER NOT NULL CHECK (length > 0),
            scope INTEGER NOT NULL,
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            count INTEGER NOT NULL CHECK (count >= 0),
            stamp_epoch INTEGER NOT NULL,
            stamp_time INTEGER NOT NULL,
            PRIMARY KEY (segment, position)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE UNIQUE INDEX chunk_digest ON chunk (scope, digest)",
        "CREATE INDEX chunk_idle ON chunk (stamp_epoch, stamp_time) WHERE count = 0",
        // Bytes that nothing in the catalog names any more and that are still to be freed.
        """
        CREATE TABLE reclaim (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            segment INTEGER NOT NULL CHECK (segment > 0),
            position INTEGER NOT NULL CHECK (position >= 0),
            length INTEGER NOT NULL CHECK (length >= 0),
            is_whole INTEGER NOT NULL CHECK (is_whole IN (0, 1))
        ) STRICT
        """,
        "CREATE INDEX reclaim_segment ON reclaim (segment)",
    ]

    /// The columns of `object`, which `version` shares.
    private static let versionColumns = """
        bucket INTEGER NOT NULL REFERENCES bucket (id),
        key BLOB NOT NULL CHECK (length(key) BETWEEN 1 AND 1024),
        sequence INTEGER NOT NULL CHECK (sequence > 0),
        version_id TEXT,
        file INTEGER NOT NULL,
        media INTEGER NOT NULL,
        content INTEGER NOT NULL,
        size INTEGER NOT NULL CHECK (size >= 0),
        etag BLOB NOT NULL,
        modified INTEGER NOT NULL,
        created INTEGER NOT NULL,
        metadata BLOB NOT NULL,
        checksum BLOB,
        part_count INTEGER NOT NULL CHECK (part_count BETWEEN 0 AND 10000),
        author TEXT,
        """

    private static let objects = [
        // The current version of every key whose newest version is not a delete marker.
        """
        CREATE TABLE object (
            \(versionColumns)
            PRIMARY KEY (bucket, key),
            CHECK ((content = 0) = (size = 0))
        ) STRICT, WITHOUT ROWID
        """,
        // Older versions, and delete markers; a marker that is the newest of its key has no row in `object`.
        """
        CREATE TABLE version (
            \(versionColumns)
            is_marker INTEGER NOT NULL CHECK (is_marker IN (0, 1)),
            PRIMARY KEY (bucket, key, sequence DESC),
            CHECK ((content = 0) = (size = 0))
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE UNIQUE INDEX version_id ON version (bucket, key, version_id)",
    ]

    private static let uploads = [
        // total is null for a multipart upload. No foreign key to the bucket: a deleted bucket's uploads are
        // gone for everybody at once, and their rows are reaped later in small transactions.
        """
        CREATE TABLE upload (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            bucket INTEGER NOT NULL,
            key BLOB NOT NULL,
            author TEXT NOT NULL,
            total INTEGER CHECK (total >= 0),
            state INTEGER NOT NULL CHECK (state IN (0, 1)),
            version_id TEXT,
            sequence INTEGER,
            client_token TEXT,
            metadata BLOB NOT NULL,
            preconditions BLOB NOT NULL,
            checksum_algorithm TEXT,
            checksum_kind TEXT,
            announced_digest BLOB CHECK (length(announced_digest) = 32),
            created INTEGER NOT NULL,
            touched INTEGER NOT NULL,
            status_asked INTEGER NOT NULL CHECK (status_asked IN (0, 1)),
            expires INTEGER NOT NULL,
            parts INTEGER NOT NULL CHECK (parts BETWEEN 0 AND 10000),
            received INTEGER NOT NULL CHECK (received >= 0),
            CHECK ((state = 1) = (sequence IS NOT NULL)),
            CHECK (state = 0 OR parts = 0)
        ) STRICT
        """,
        "CREATE INDEX upload_multipart ON upload (bucket, key, id) WHERE total IS NULL AND state = 0",
        "CREATE INDEX upload_ranges ON upload (bucket, key, author, row) WHERE total IS NOT NULL",
        "CREATE INDEX upload_expiry ON upload (expires)",
        "CREATE INDEX upload_bucket ON upload (bucket)",
        // position is a part number, or the first byte of a range; ranges of one upload never overlap.
        """
        CREATE TABLE upload_part (
            upload INTEGER NOT NULL REFERENCES upload (row),
            position INTEGER NOT NULL CHECK (position >= 0),
            content INTEGER NOT NULL,
            content_offset INTEGER NOT NULL CHECK (content_offset >= 0),
            length INTEGER NOT NULL CHECK (length >= 0),
            etag BLOB NOT NULL,
            checksum BLOB,
            modified INTEGER NOT NULL,
            PRIMARY KEY (upload, position),
            CHECK ((content = 0) = (length = 0))
        ) STRICT, WITHOUT ROWID
        """,
    ]
}
