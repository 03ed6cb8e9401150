/// The names of an object's own members, as its text spells them; not those of objects inside it.
///
/// - Parameter object: a JSON object; of other bytes some names, or none.
package func memberNames(ofJSON object: [UInt8]) -> Set<String> {
    var names: Set<String> = []
    var depth = 0
    var index = 0
    while index < object.count {
        switch object[index] {
        case 0x7B, 0x5B: depth += 1
        case 0x7D, 0x5D: depth -= 1
        case 0x22:
            let start = index + 1
            index = start
            while index < object.count, object[index] != 0x22 { index += object[index] == 0x5C ? 2 : 1 }
            let behind = object[min(index + 1, object.count)...].first {
                ![0x20, 0x09, 0x0A, 0x0D].contains($0)
            }
            if depth == 1, behind == 0x3A {
                names.insert(String(decoding: object[start..<min(index, object.count)], as: UTF8.self))
            }
        default: break
        }
        index += 1
    }
    return names
}
