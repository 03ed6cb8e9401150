import NIOCore

/// The one place that hands a file to the kernel's sendfile.
struct FileRegionWrite {
    /// Bytes of one region: progress of a response is seen at this grain.
    static let regionLength = 256 * 1024

    private let handle: NIOFileHandle
    private let extent: FileExtent

    init(_ extent: FileExtent) {
        handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: extent.descriptor)
        self.extent = extent
    }

    /// The extent in regions of at most `regionLength` bytes.
    var regions: [(data: IOData, length: Int)] {
        stride(from: 0, to: extent.length, by: Self.regionLength).map { start in
            let length = min(Self.regionLength, extent.length - start)
            let first = Int(extent.offset) + start
            return (
                .fileRegion(FileRegion(fileHandle: handle, readerIndex: first, endIndex: first + length)),
                length
            )
        }
    }

    /// Call once every region is sent or given up: the descriptor is the owner's, who may close it from now on.
    func done() {
        _ = try? handle.takeDescriptorOwnership()
    }
}
