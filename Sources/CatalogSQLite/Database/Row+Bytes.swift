import Foundation
import GRDB
import NIOCore

extension Row {
    /// The bytes of a blob; empty for NULL.
    func bytes(_ index: Int) throws -> [UInt8] {
        try withUnsafeData(atIndex: index) { $0.map { [UInt8]($0) } ?? [] }
    }

    func optionalBytes(_ index: Int) throws -> [UInt8]? {
        try withUnsafeData(atIndex: index) { $0.map { [UInt8]($0) } }
    }

    func buffer(_ index: Int) throws -> ByteBuffer? {
        try withUnsafeData(atIndex: index) { $0.map { ByteBuffer(bytes: $0) } }
    }

    func integer(_ index: Int) -> Int64 { self[index] }
    func text(_ index: Int) -> String { self[index] }
    func optionalText(_ index: Int) -> String? { self[index] }
    func flag(_ index: Int) -> Bool { (self[index] as Int64) != 0 }
}
