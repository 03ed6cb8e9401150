extension MagicNumber {
    /// MPEG audio and AAC: a frame begins with eleven or twelve set bits, which is little to go by.
    static func audioFrames(_ head: [UInt8]) -> Finding? {
        if head.hasText("ID3") { return .container("audio/mpeg") { $0.hasPrefix("audio/") } }
        guard head.count >= 4, head[0] == 0xFF, head[1] & 0xE0 == 0xE0 else { return nil }
        let version = head[1] >> 3 & 3
        let layer = head[1] >> 1 & 3
        if layer == 0 {
            return head[1] & 0xF0 == 0xF0 && head[2] >> 2 & 15 <= 12 ? .perhaps("audio/aac") : nil
        }
        // Layer I is left out: its sign is also the byte order mark of UTF-16.
        let isFrame = version != 1 && layer != 3 && head[2] >> 4 != 15 && head[2] >> 2 & 3 != 3
        return isFrame ? .perhaps("audio/mpeg") : nil
    }

    /// Signs of two bytes count only with more behind them.
    static func bitmap(_ head: [UInt8]) -> Finding? {
        if head.hasText("BM"), head.count >= 18, head[6..<10].allSatisfy({ $0 == 0 }),
            [12, 40, 52, 56, 64, 108, 124].contains(head[14]), head[15..<18].allSatisfy({ $0 == 0 })
        {
            return .exactly("image/bmp")
        }
        if head.hasBytes([0x49, 0x49, 0x2A, 0x00]) || head.hasBytes([0x4D, 0x4D, 0x00, 0x2A]) {
            // Raw photographs are TIFF files with other extensions.
            return .container("image/tiff") { $0.hasPrefix("image/") }
        }
        if head.hasBytes([0x1F, 0x8B, 0x08]) {
            return .container("application/gzip") { $0 == "image/svg+xml" }
        }
        if head.hasText("BZh"), head.count >= 4, head[3] >= 0x31, head[3] <= 0x39 {
            return .perhaps("application/x-bzip2")
        }
        if head.hasBytes([0xFF, 0x0A]) { return .perhaps("image/jxl") }
        if head.hasText("MZ") { return .perhaps("application/vnd.microsoft.portable-executable") }
        return nil
    }

    /// MPEG-2 transport streams: packets of 188 bytes, each of which begins with 0x47.
    static func transportStream(_ head: [UInt8]) -> Finding? {
        head.count > 376 && head[0] == 0x47 && head[188] == 0x47 && head[376] == 0x47
            ? .exactly("video/mp2t") : nil
    }

    /// HTML and XML. Source shown as text begins like them too, so an extension for text wins.
    static func markup(_ head: [UInt8]) -> Finding? {
        var start = head.hasBytes([0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < head.count, [0x09, 0x0A, 0x0C, 0x0D, 0x20].contains(head[start]) { start += 1 }
        guard start < head.count, head[start] == UInt8(ascii: "<") else { return nil }
        let text = String(decoding: head[start...], as: UTF8.self).lowercased()
        if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") {
            return .container("text/html") { $0.hasPrefix("text/") || $0 == "application/xhtml+xml" }
        }
        let isXML = text.hasPrefix("<?xml")
        if text.hasPrefix("<svg") || ((isXML || text.hasPrefix("<!")) && text.utf8.elementsOf("<svg")) {
            return .container("image/svg+xml") { $0.hasPrefix("text/") }
        }
        guard isXML else { return nil }
        return .container("application/xml") { type in
            type.hasPrefix("text/") || type.hasSuffix("+xml") || type == "application/xml"
        }
    }
}

extension String.UTF8View {
    fileprivate func elementsOf(_ text: String) -> Bool {
        Array(self).holds(text)
    }
}
