import Files
import HTTPServer
import NIOCore
import Objects

/// What an endpoint answers, before it is known in which shape.
enum LibraryAnswer: Sendable {
    case object(status: Int, write: @Sendable (inout JSONWriter) -> Void)
    /// A page of a list.
    case page(LibraryCall.Page, total: Int, items: [@Sendable (inout JSONWriter) -> Void])
    /// A list that has no pages.
    case list([@Sendable (inout JSONWriter) -> Void])

    static func message(_ status: Int, _ text: String) -> LibraryAnswer {
        .object(status: status) { json in
            json.beginObject()
            json.member("message", text)
            json.endObject()
        }
    }

    func response(_ call: LibraryCall) -> HTTPResponse {
        switch self {
        case .object(let status, let write):
            var json = JSONWriter()
            Self.enclose(&json, call, type: "object", meta: { _ in }, data: write, links: nil)
            return Self.document(status, json)
        case .list(let items):
            var json = JSONWriter()
            Self.enclose(
                &json, call, type: "list", meta: { _ in }, data: { Self.array(items, &$0) }, links: nil)
            return Self.document(200, json)
        case .page(let page, let total, let items):
            let links = PageLinks(call, page, total: total)
            var json = JSONWriter(reserving: 1024 * (items.count + 1))
            Self.enclose(
                &json, call, type: "list",
                meta: { json in
                    json.member("limit", page.limit)
                    json.member("total", total)
                    json.member("page", page.number)
                    json.member("pages", links.pages)
                }, data: { Self.array(items, &$0) }, links: links)
            var response = Self.document(200, json)
            response.headers.add("Total-Count", String(total))
            response.headers.add("Links", links.field)
            return response
        }
    }

    private static func array(_ items: [@Sendable (inout JSONWriter) -> Void], _ json: inout JSONWriter) {
        json.beginArray()
        for item in items { item(&json) }
        json.endArray()
    }

    private static func enclose(
        _ json: inout JSONWriter, _ call: LibraryCall, type: String, meta: (inout JSONWriter) -> Void,
        data: (inout JSONWriter) -> Void, links: PageLinks?
    ) {
        guard call.shape == .envelope else { return data(&json) }
        json.beginObject()
        json.name("meta")
        json.beginObject()
        json.member("request_id", call.request.id)
        json.member("project_id", call.project.string)
        json.member("version", call.shape.version)
        json.member("type", type)
        meta(&json)
        json.endObject()
        json.name("data")
        data(&json)
        if let links { links.write(into: &json) }
        json.endObject()
    }

    private static func document(_ status: Int, _ json: JSONWriter) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "application/json"],
            body: .bytes(ByteBuffer(bytes: json.bytes)))
    }
}

/// Where the other pages of a list are.
struct PageLinks {
    let pages: Int
    private let links: [(rel: String, url: String?)]

    init(_ call: LibraryCall, _ page: LibraryCall.Page, total: Int) {
        let pages = max((total + page.limit - 1) / page.limit, 1)
        self.pages = pages
        let request = call.request
        let base = (request.isSecure ? "https://" : "http://") + (request.host ?? "") + request.rawPath
        let others = (request.rawQuery ?? "").split(separator: "&").filter {
            !$0.hasPrefix("page=") && !$0.hasPrefix("limit=")
        }
        func url(_ number: Int) -> String {
            base + "?" + (others + ["page=\(number)", "limit=\(page.limit)"]).joined(separator: "&")
        }
        links = [
            ("self", url(page.number)), ("first", url(1)),
            ("prev", page.number > 1 ? url(min(page.number - 1, pages)) : nil),
            ("next", page.number < pages ? url(page.number + 1) : nil), ("last", url(pages)),
        ]
    }

    /// Of the header `Links`; relations that lead nowhere are left out.
    var field: String {
        links.compactMap { link in link.url.map { "<\($0)>; rel=\"\(link.rel)\"" } }.joined(separator: ", ")
    }

    func write(into json: inout JSONWriter) {
        json.name("links")
        json.beginObject()
        for (rel, url) in links {
            json.name(rel)
            if let url { json.string(url) } else { json.null() }
        }
        json.endObject()
    }
}
