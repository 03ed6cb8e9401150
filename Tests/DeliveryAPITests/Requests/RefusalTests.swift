import Objects
import Testing

@testable import DeliveryAPI

@Suite struct RefusalTests {
    @Test(
        arguments: [
            (.noSuchKey, 404), (.noSuchVersion, 404), (.deleteMarker(.null), 404), (.noSuchBucket, 404),
            (.noSuchUpload, 404),
            (.preconditionFailed, 412), (.overwriteForbidden, 403), (.uploadConflict("x"), 409),
            (.invalidRange, 400),
            (.tooManyParts, 400), (.bodyTooLarge(limit: 1), 413), (.bodyIncomplete, 400), (.bodyTooSlow, 408),
            (.digestMismatch("x"), 400),
            (.invalidArgument("x"), 400), (.outOfSpace, 507), (.overloaded, 503), (.expired, 503),
            (.corrupt("x"), 500),
            (.internalFault("x"), 500),
        ] as [(StoreError, Int)])
    func statuses(_ error: StoreError, _ status: Int) {
        #expect(Refusal(error, isWrite: false).status == status)
    }

    /// The condition of a write found nothing to match.
    @Test func aMissingKeyUnderAWrite() { #expect(Refusal(.noSuchKey, isWrite: true).status == 412) }

    @Test func causesStayInTheLog() {
        for error in [StoreError.corrupt("/secret/path"), .internalFault("/secret/path")] {
            #expect(!Refusal(error, isWrite: true).message.contains("secret"))
        }
    }
}
