import RedirectCall
import RedirectEmulator
import Testing

@Suite struct MetricsTests {
  static func metrics() -> Metrics {
    let metrics = Metrics()
    for _ in 0..<3 { metrics.connectionAccepted() }
    metrics.connectionClosed()
    metrics.connectionRefused()
    metrics.handshakeEnded(succeeded: true)
    metrics.handshakeEnded(succeeded: false)
    metrics.handshakeEnded(succeeded: false)
    metrics.bytesReceived(1_400)
    metrics.bytesSent(200)
    metrics.requestEnded(status: 204, stage: nil, outcome: .executed, duration: 50_000)
    metrics.requestEnded(status: 204, stage: nil, outcome: .executed, duration: 50_001)
    metrics.requestEnded(
      status: 401, stage: .authorization, outcome: .rejected, duration: 20_000_000_000)
    metrics.requestEnded(status: 0, stage: nil, outcome: .ruled, duration: -5)
    metrics.faultFired("reset")
    metrics.faultFired("reset")
    metrics.faultFired("a\"b\\c\n")
    return metrics
  }

  @Test("what is counted is seen in a snapshot")
  func snapshot() {
    let snapshot = Self.metrics().snapshot()
    #expect(snapshot.requests == 4)
    #expect(snapshot.requests(status: 204) == 2)
    #expect(snapshot.requests(status: 0) == 1)
    #expect(snapshot.requests(status: 500) == 0)
    #expect(snapshot.totals[.rejected] == 1)
    #expect(snapshot.totals[.ruled] == 1)
    #expect(snapshot.totals.requests == snapshot.requests)
    #expect(snapshot.refusedRequests == 1)
    #expect(snapshot.rejected(at: .authorization) == 1)
    #expect(snapshot.rejected(at: .call) == 0)
    #expect(snapshot.totals.executed == 2)
    #expect(snapshot.faultsFired == 3)
  }

  @Test("snapshots of several loops add up")
  func sum() {
    var total = Self.metrics().snapshot()
    total.resources = 5
    total.add(Self.metrics().snapshot())
    total.add(Metrics().snapshot())
    #expect(total.requests == 8)
    #expect(total.requests(status: 401) == 2)
    #expect(total.rejected(at: .authorization) == 2)
    #expect(total.faults["reset"] == 4)
    #expect(total.bytesReceived == 2_800)
    #expect(total.resources == 5)
    #expect(total.latencySum == 40_000_200_002)
  }

  @Test("an unusual status is counted as none, and faults by at most 64 names")
  func bounds() {
    let metrics = Metrics()
    metrics.requestEnded(status: 1_000, stage: nil, outcome: .ruled, duration: 0)
    metrics.requestEnded(status: 999, stage: .call, outcome: .rejected, duration: .max)
    for number in 0..<100 { metrics.faultFired("fault\(number)") }
    let snapshot = metrics.snapshot()
    #expect(snapshot.requests(status: 0) == 1)
    #expect(snapshot.requests(status: 999) == 1)
    #expect(snapshot.faults.count == 65)
    #expect(snapshot.faults["other"] == 36)
    #expect(snapshot.faultsFired == 100)
  }

  @Test("a reader on another thread sees counters that only grow, and in the end all")
  func concurrentReader() async {
    let metrics = Metrics()
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for _ in 0..<20_000 {
          metrics.requestEnded(status: 204, stage: nil, outcome: .executed, duration: 10)
        }
      }
      group.addTask {
        var last: UInt64 = 0
        for _ in 0..<50 {
          let seen = metrics.snapshot().requests(status: 204)
          #expect(seen >= last)
          last = seen
        }
      }
    }
    #expect(metrics.snapshot().requests(status: 204) == 20_000)
  }

  @Test("the text is Prometheus' format: each family described once, each sample well formed")
  func prometheus() throws {
    var snapshot = Self.metrics().snapshot()
    snapshot.uptime = 1_500_000_000
    var journal = JournalSamples.journal(
      [JournalSamples.entry(), JournalSamples.entry()], limit: 1)
    journal.clear()
    journal.record(JournalSamples.entry())
    snapshot.add(journal)
    let text = String(decoding: snapshot.prometheusText, as: UTF8.self)
    #expect(text.hasSuffix("\n"))

    var types: [Substring: Substring] = [:]
    var samples: [Substring: Substring] = [:]
    var helped: Substring = ""
    var family: Substring = ""
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 3)
      if line.hasPrefix("# HELP ") {
        helped = words[2]
        #expect(words.count == 4)
      } else if line.hasPrefix("# TYPE ") {
        family = words[2]
        #expect(family == helped)
        #expect(types.updateValue(words[3], forKey: family) == nil)
        #expect(["counter", "gauge", "histogram"].contains(words[3]))
        #expect(words[3] != "counter" || family.hasSuffix("_total"))
      } else {
        let space = try #require(line.lastIndex(of: " "))
        let name = line[..<space]
        #expect(name.hasPrefix(family))
        #expect(Double(line[line.index(after: space)...]) != nil, "\(line)")
        #expect(
          samples.updateValue(line[line.index(after: space)...], forKey: name) == nil)
      }
    }
    let expected: [(String, String)] = [
      ("requests_total{status=\"204\"}", "2"), ("requests_total{status=\"none\"}", "1"),
      ("requests_refused_total{stage=\"authorization\"}", "1"),
      ("requests_refused_total{stage=\"http\"}", "0"), ("redirects_executed_total", "2"),
      ("faults_total{fault=\"reset\"}", "2"), ("faults_total{fault=\"a\\\"b\\\\c\\n\"}", "1"),
      ("connections_open", "2"), ("connections_refused_total", "1"),
      ("tls_handshakes_total{result=\"failed\"}", "2"), ("received_bytes_total", "1400"),
      ("sent_bytes_total", "200"), ("journal_entries", "1"), ("journal_dropped_total", "1"),
      ("uptime_seconds", "1.5"), ("request_duration_seconds_bucket{le=\"0.00005\"}", "2"),
      ("request_duration_seconds_bucket{le=\"0.0001\"}", "3"),
      ("request_duration_seconds_bucket{le=\"10.0\"}", "3"),
      ("request_duration_seconds_bucket{le=\"+Inf\"}", "4"),
      ("request_duration_seconds_count", "4"),
      ("request_duration_seconds_sum", "20.000100001"),
    ]
    for (name, value) in expected {
      #expect(samples["redirect_emulator_\(name)"[...]] == value[...], "\(name)")
    }
  }
}
