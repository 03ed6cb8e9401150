import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// What NIO's own decoder, which is llhttp, makes of bytes: the second opinion on our parser.
final class DecoderOracle: Sendable {
    struct Request: Equatable {
        var method: String
        var target: String
        var fields: Int
        var body: [UInt8] = []
        var isComplete = false
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        let requests: Mutex<[Request]>

        init() { requests = Mutex([]) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                requests.withLock {
                    $0.append(
                        Request(method: head.method.rawValue, target: head.uri, fields: head.headers.count))
                }
            case .body(let bytes):
                requests.withLock { $0[$0.count - 1].body += Array(bytes.readableBytesView) }
            case .end:
                requests.withLock { $0[$0.count - 1].isComplete = true }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    func shutDown() async throws {
        try await group.shutdownGracefully()
    }

    /// The requests in the bytes, up to the first error.
    func requests(_ bytes: [UInt8]) async throws -> [Request] {
        var ends: [Int32] = [0, 0]
        precondition(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0, "no sockets")
        let result = Mutex<[Request]>([])
        let channel = try await ClientBootstrap(group: group).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let collector = Collector()
                try channel.pipeline.syncOperations.addHandlers([
                    ByteToMessageHandler(HTTPRequestDecoder()), collector,
                ])
                let bound = NIOLoopBound(collector, eventLoop: channel.eventLoop)
                channel.closeFuture.whenComplete { _ in
                    let requests = bound.value.requests.withLock { $0 }
                    result.withLock { $0 = requests }
                }
            }
        }.withConnectedSocket(ends[0]).get()
        _ = bytes.withUnsafeBytes { send(ends[1], $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        shutdown(ends[1], Int32(SHUT_WR))
        try? await channel.closeFuture.get()
        close(ends[1])
        return result.withLock { $0 }
    }
}
