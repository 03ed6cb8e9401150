import Server

/// Every setting with its variable, unit, default and meaning: a table in Markdown for people, rows for scripts.
struct SettingsTable: AdminAnswer {
    struct Row: Codable, Sendable {
        var name: String
        var variable: String
        var unit: String
        var standard: String
        var meaning: String
    }

    var settings = Setting.all.map {
        Row(
            name: $0.name, variable: $0.variable, unit: $0.unit, standard: $0.defaultText,
            meaning: $0.meaning)
    }

    var text: String {
        let rows = settings.map {
            "| `\($0.name)` | `\($0.variable)` | \($0.unit) | \($0.standard) | \($0.meaning) |"
        }
        return (["| key | variable | unit | default | meaning |", "|---|---|---|---|---|"] + rows).joined(
            separator: "\n")
    }
}
