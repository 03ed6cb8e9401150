/// What a tool sees of the machine: programs and libraries to read, an empty home, and nothing else.
///
/// Bubblewrap puts it into namespaces of its own without a network, without capabilities, under a user that owns
/// nothing, and ends it when the server ends. `prlimit` sets the limits that every process of it inherits.
struct Enclosure {
    static let limiter = "/usr/bin/prlimit"
    static let bubblewrap = "/usr/bin/bwrap"

    var settings: ProbeSettings
    var isWalled: Bool

    /// The whole command line behind `limiter`.
    func arguments(for tool: String, _ arguments: [String], environment: [String: String]) -> [String] {
        var line = [
            "--as=\(settings.memory)", "--cpu=\(settings.processorSeconds)", "--fsize=\(settings.output)",
            "--nofile=64", "--core=0", "--",
        ]
        if isWalled { line += [Self.bubblewrap] + walls(environment) + ["--"] }
        return line + [tool] + arguments
    }

    static let environment = [
        "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/tmp",
        // A thread for each tool: several run at once already.
        "VIPS_CONCURRENCY": "1", "VIPS_WARNING": "0", "VIPS_DISC_THRESHOLD": "1g",
    ]

    private func walls(_ environment: [String: String]) -> [String] {
        var walls = [
            "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session",
            "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL", "--hostname", "probe", "--clearenv",
        ]
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
            walls += ["--setenv", name, value]
        }
        walls += ["--ro-bind", "/usr", "/usr"]
        for folder in ["bin", "lib", "lib32", "lib64"] {
            walls += Self.systemFolder(folder)
        }
        // Of /etc only what the linker and the fonts need.
        for path in ["/etc/alternatives", "/etc/ld.so.cache", "/etc/fonts"] {
            walls += ["--ro-bind-try", path, path]
        }
        // Nothing can be written but a small folder in memory.
        return walls + [
            "--proc", "/proc", "--dev", "/dev", "--size", "\(settings.output)", "--tmpfs", "/tmp",
            "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/",
        ]
    }

    /// A link into /usr on every system of today, a folder of its own on older ones.
    private static func systemFolder(_ name: String) -> [String] {
        let path = "/" + name
        guard isLink(path) else { return ["--ro-bind-try", path, path] }
        return ["--symlink", "usr/" + name, path]
    }
}
