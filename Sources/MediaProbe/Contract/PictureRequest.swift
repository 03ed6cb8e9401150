/// Which picture of a file is wanted.
package struct PictureRequest: Hashable, Sendable {
    package enum Fit: String, Sendable, CaseIterable {
        /// As large as fits, never larger than the original.
        case inside
        /// Fills the box and loses what hangs over.
        case cover
        /// The whole picture in the box, which is filled up with transparency, or white where there is none.
        case contain
        /// Stretched to the box.
        case fill
    }

    package enum Format: String, Sendable, CaseIterable {
        case jpeg, webp, png, avif

        package var type: String { "image/" + rawValue }
    }

    /// Pixels; an absent one follows from the other and the picture's shape. Both absent: `largestSide`.
    package var width: Int?
    package var height: Int?
    package var fit: Fit
    package var format: Format
    /// Of a document, from 1; other files have one.
    package var page: Int

    package static let largestSide = 4096
    /// Pages of a document that pictures are made of.
    package static let lastPage = 1000

    /// All that tells this picture of a file from another one, in an order that stays.
    package var words: [String] {
        [
            width.map(String.init) ?? "", height.map(String.init) ?? "", fit.rawValue, format.rawValue,
            String(page),
        ]
    }

    /// Nil for sides outside of 1…`largestSide` and pages outside of 1…`lastPage`.
    package init?(
        width: Int? = nil, height: Int? = nil, fit: Fit = .inside, format: Format = .webp,
        page: Int = 1
    ) {
        let sides = 1...Self.largestSide
        guard width.map(sides.contains) ?? true, height.map(sides.contains) ?? true else { return nil }
        guard (1...Self.lastPage).contains(page) else { return nil }
        self.width = width
        self.height = height
        self.fit = fit
        self.format = format
        self.page = page
    }
}
