import Synchronization
import Testing

@testable import HTTPServer

struct SlabBudgetTests {
    @Test func readersWaitTheirTurn() {
        let budget = SlabBudget(limit: 1000)
        let woken = Mutex<[Int]>([])
        #expect(budget.mayRead { woken.withLock { $0.append(0) } })
        budget.add(1000)
        #expect(!budget.hasRoom)
        for index in 1...3 {
            #expect(!budget.mayRead { woken.withLock { $0.append(index) } })
        }
        budget.add(100)
        #expect(woken.withLock { $0 } == [])
        budget.add(-100)
        #expect(woken.withLock { $0 } == [])
        budget.add(-1)
        #expect(woken.withLock { $0 } == [1])
        // Who does not use the turn passes it on.
        budget.add(0)
        #expect(woken.withLock { $0 } == [1, 2])
        budget.add(1)
        budget.add(0)
        #expect(woken.withLock { $0 } == [1, 2])
        budget.add(-1000)
        #expect(woken.withLock { $0 } == [1, 2, 3])
        #expect(budget.used == 0)
    }

    @Test func muchRoomWakesMany() {
        let budget = SlabBudget(limit: 4 * 512 * 1024)
        let woken = Mutex(0)
        budget.add(budget.limit)
        for _ in 0..<10 {
            #expect(!budget.mayRead { woken.withLock { $0 += 1 } })
        }
        budget.add(-3 * 512 * 1024)
        #expect(woken.withLock { $0 } == 3)
    }
}
