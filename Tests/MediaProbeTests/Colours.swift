import Foundation

/// The pixels of a picture, by a tool that is not the one tested.
struct Colours {
    let width: Int
    let height: Int
    /// Red, green, blue, alpha.
    let pixels: [[UInt8]]

    init(_ picture: [UInt8], in shop: Workshop) throws {
        let name = "shown-\(UUID().uuidString)"
        try Data(picture).write(to: shop.folder.appending(path: name))
        try shop.vips("copy", shop.path(name), shop.path(name + ".v"))
        let header = try shop.bytes(name + ".v")
        width = header[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        height = header[8..<12].reversed().reduce(0) { $0 << 8 | Int($1) }
        let bands = header[12..<16].reversed().reduce(0) { $0 << 8 | Int($1) }
        pixels = (0..<(width * height)).map { index in
            let pixel = Array(header[(64 + index * bands)..<(64 + (index + 1) * bands)])
            return switch bands {
            case 1: [pixel[0], pixel[0], pixel[0], 255]
            case 2: [pixel[0], pixel[0], pixel[0], pixel[1]]
            case 3: pixel + [255]
            default: pixel
            }
        }
    }

    subscript(column: Int, row: Int) -> [UInt8] { pixels[row * width + column] }

    /// In the middle of the half that lies there; (0, -1) is above.
    private func pixel(towards side: (Int, Int)) -> [UInt8] {
        self[width / 2 + side.0 * width / 4, height / 2 + side.1 * height / 4]
    }

    func isRed(towards side: (Int, Int)) -> Bool {
        let pixel = pixel(towards: side)
        return pixel[0] > 150 && pixel[1] < 90 && pixel[2] < 90
    }

    func isBlue(towards side: (Int, Int)) -> Bool {
        let pixel = pixel(towards: side)
        return pixel[2] > 150 && pixel[0] < 90 && pixel[1] < 90
    }
}
