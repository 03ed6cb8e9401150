/// Which door a request is for: its listener decides, and among several doors on one listener its host.
struct HostRouter: Sendable {
    /// An address, and the doors that were configured for it.
    struct Listener: Hashable, Sendable {
        var address: ServerConfiguration.Address
        var doors: [DoorName]

        /// What requests carry to say where they came in.
        var name: String { doors.map(\.rawValue).joined(separator: "+") }
    }

    /// The listeners that anybody may reach, in the order delivery, s3, api.
    let listeners: [Listener]
    private let single: [String: DoorName]
    private let shared: [String: Set<DoorName>]
    private let storage: String
    private let library: Set<String>

    /// Doors with the same address share a listener; port 0 is another port each time.
    init(_ configuration: ServerConfiguration) {
        var listeners: [Listener] = []
        let doors: [(DoorName, ServerConfiguration.Address)] = [
            (.delivery, configuration.delivery), (.s3, configuration.s3), (.api, configuration.api),
        ]
        for (door, address) in doors {
            if address.port != 0, let index = listeners.firstIndex(where: { $0.address == address }) {
                listeners[index].doors.append(door)
            } else {
                listeners.append(Listener(address: address, doors: [door]))
            }
        }
        self.listeners = listeners
        single = listeners.reduce(into: [:]) { if $1.doors.count == 1 { $0[$1.name] = $1.doors[0] } }
        shared = listeners.reduce(into: [:]) { if $1.doors.count > 1 { $0[$1.name] = Set($1.doors) } }
        storage = "s3." + configuration.baseDomain
        library = ["api." + configuration.baseDomain, "console." + configuration.baseDomain]
    }

    /// The door of a request that came in at `listener`; `host` is its Host field in lower case.
    ///
    /// Exact reserved names come first. On a listener that several doors share, every other host is a delivery
    /// host, known or not; without delivery it is S3's, in path style.
    func door(listener: String, host: String?) -> DoorName {
        if let door = single[listener] { return door }
        guard let doors = shared[listener] else { return .api }
        let name = String((host ?? "").prefix { $0 != ":" })
        if doors.contains(.api), library.contains(name) { return .api }
        if doors.contains(.s3), name == storage || name.hasSuffix("." + storage) { return .s3 }
        return doors.contains(.delivery) ? .delivery : .s3
    }
}
