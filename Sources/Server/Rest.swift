/// Waits between two rounds of a service; false when the server stops.
func rests(_ pause: Duration) async -> Bool {
    do {
        try await Task.sleep(for: pause)
        return true
    } catch {
        return false
    }
}
