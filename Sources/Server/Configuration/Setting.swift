/// One row of the configuration: everything that is known of a key, for reading, refusing and documenting it.
package struct Setting: Sendable {
    /// As in the file; `COFFER_` and the name in upper case with underscores is its variable.
    package let name: String
    package let unit: String
    package let defaultText: String
    package let meaning: String

    init(_ name: String, unit: String = "", default defaultText: String, _ meaning: String) {
        self.name = name
        self.unit = unit
        self.defaultText = defaultText
        self.meaning = meaning
    }

    package var variable: String {
        "COFFER_" + name.uppercased().replacing("-", with: "_")
    }

    /// Every key that the file, the environment and the flags may have.
    package static let all: [Setting] = [
        Setting(
            "delivery", unit: "host:port", default: "127.0.0.1:8080",
            "Where files are delivered and put by URL."),
        Setting("s3", unit: "host:port", default: "127.0.0.1:9000", "Where S3 tools connect."),
        Setting("api", unit: "host:port", default: "127.0.0.1:9001", "Where the library API listens."),
        Setting(
            "admin", unit: "host:port", default: "127.0.0.1:9002", "Health and metrics; keep it private."),
        Setting("base-domain", unit: "name", default: "localhost", "Names of the doors: s3.NAME, api.NAME."),
        Setting(
            "content-domain", unit: "name", default: "the base domain", "Free delivery hosts: PROJECT.NAME."),
        Setting("region", unit: "name", default: "us-east-1", "The region that S3 signatures must name."),
        Setting(
            "trusted-proxies", unit: "addresses", default: "none",
            "Peers whose X-Forwarded-For and -Proto count, by comma."),
        Setting(
            "dedup-scope", unit: "instance, project, off", default: "instance",
            "Whose uploads may share stored chunks."),
        Setting(
            "max-object-bytes", unit: "bytes", default: "5497558138880",
            "Largest object; more is refused with 413."),
        Setting(
            "slab-budget-bytes", unit: "bytes", default: "268435456",
            "Memory for request bodies of all connections."),
        Setting(
            "cache-bytes", unit: "bytes", default: "67108864", "Memory for current versions and small bodies."
        ),
        Setting("disk-threads", unit: "threads", default: "8", "Threads that read, write and sync."),
        Setting(
            "disk-queue", unit: "jobs", default: "4096", "Disk jobs that may wait; more is answered 503."),
        Setting("event-loops", unit: "threads", default: "the cores", "Threads that serve connections."),
        Setting(
            "max-connections", unit: "connections", default: "10000",
            "Open connections; one more is answered 503."),
        Setting(
            "max-header-bytes", unit: "bytes", default: "32768",
            "Request line and header fields; more is 431."),
        Setting(
            "header-seconds", unit: "seconds", default: "20",
            "From a request's first byte to the end of its head."),
        Setting("idle-seconds", unit: "seconds", default: "75", "Between two requests of a connection."),
        Setting("min-body-rate", unit: "bytes/s", default: "1024", "A slower body is given up."),
        Setting(
            "shutdown-seconds", unit: "seconds", default: "30", "How long SIGTERM waits for running requests."
        ),
        Setting(
            "upload-lifetime-seconds", unit: "seconds", default: "604800",
            "An upload that rests longer is dropped."),
        Setting(
            "sweep-interval-seconds", unit: "seconds", default: "60",
            "Between two sweeps of unreferenced bytes."),
        Setting(
            "sweep-grace-seconds", unit: "seconds", default: "3600",
            "How long bytes stay after nothing refers to them."),
        Setting(
            "lifecycle-day-seconds", unit: "seconds", default: "86400",
            "What lifecycle rules take for a day; less for tests."),
        Setting(
            "access-log-seconds", unit: "seconds", default: "300",
            "How long records of requests wait before they are written to the bucket that keeps the log."),
        Setting(
            "media-sandbox", unit: "required, preferred", default: "required",
            "Whether files are looked into only where bubblewrap can shut the tools in."),
        Setting(
            "media-tools", unit: "processes", default: "the cores",
            "Tools that look into files or make pictures at once."),
        Setting(
            "picture-cache-bytes", unit: "bytes", default: "1073741824",
            "Disk for pictures that were made; they can be made again."),
        Setting(
            "ingest-private-addresses", unit: "true, false", default: "false",
            "Whether files may be fetched from addresses of the server's own network."),
        Setting(
            "log-level", unit: "level", default: "info",
            "trace, debug, info, notice, warning, error, critical."),
        Setting(
            "log-requests", unit: "true, false", default: "false", "A line of the log for every request."),
    ]
}
