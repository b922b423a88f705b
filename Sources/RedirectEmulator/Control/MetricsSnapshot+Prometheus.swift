import RedirectCall

extension MetricsSnapshot {
  /// The content type of ``prometheusText``.
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// The figures in Prometheus' text format, version 0.0.4.
  package var prometheusText: [UInt8] {
    var text = PrometheusText()
    text.family("requests_total", .counter, "Requests ended, by status; none: no status was sent.")
    {
      for (status, count) in statuses.sorted(by: { $0.key < $1.key }) {
        $0.sample(("status", status == 0 ? "none" : String(status)), count)
      }
    }
    text.family(
      "request_outcomes_total", .counter,
      "Requests ended, by what became of them; they add up to all requests."
    ) {
      for outcome in RequestOutcome.allCases {
        $0.sample(("outcome", outcome.rawValue), totals[outcome])
      }
    }
    text.family(
      "requests_refused_total", .counter, "Requests refused, by the check that failed."
    ) {
      for stage in Rejection.Stage.allCases {
        $0.sample(("stage", stage.rawValue), stages[stage.index])
      }
    }
    text.single("redirects_executed_total", .counter, "Redirects executed.", totals[.executed])
    text.family(
      "faults_total", .counter,
      "What scenarios caused, of requests and of connections: by fault, delay, respond and pace."
    ) {
      for (fault, count) in faults.sorted(by: { $0.key < $1.key }) {
        $0.sample(("fault", fault), count)
      }
    }
    text.single("connections_accepted_total", .counter, "Connections accepted.", accepted)
    text.single("connections_closed_total", .counter, "Connections closed.", closed)
    text.single(
      "connections_refused_total", .counter, "Connections turned away at the limit.", refused)
    text.single(
      "connections_open", .gauge, "Connections open.", accepted > closed ? accepted - closed : 0)
    text.family(
      "tls_handshakes_total", .counter,
      "TLS handshakes ended, by result; those that a rule refuses or stalls failed."
    ) {
      $0.sample(("result", "ok"), handshakes)
      $0.sample(("result", "failed"), handshakeFailures)
    }
    text.family(
      "failed_connections_total", .counter,
      "Connections listed as failed, by cause: a rule, or the client's TLS handshake."
    ) {
      $0.sample(("cause", "rule"), failedConnectionsByRule)
      $0.sample(("cause", "handshake"), failedConnections)
    }
    text.single("received_bytes_total", .counter, "Bytes read from clients.", bytesReceived)
    text.single("sent_bytes_total", .counter, "Bytes written to clients.", bytesSent)
    text.single("resources", .gauge, "Emulated resources.", resources)
    text.single("repeatability_ids", .gauge, "Request ids remembered.", repeatabilityIDs)
    text.single(
      "repeatability_evictions_total", .counter,
      "Request ids forgotten at the limit, before their window was past.", repeatabilityEvictions)
    text.single("journal_entries", .gauge, "Requests kept in journals.", journalEntries)
    text.single("journal_bytes", .gauge, "Bytes kept in journals.", journalBytes)
    text.single(
      "journal_dropped_total", .counter, "Requests that journals dropped at their limits.",
      journalDropped)
    text.single(
      "event_readers_dropped_total", .counter,
      "Readers of events that were disconnected because they did not keep up.", eventReadersDropped)
    text.family(
      "deliveries_total", .counter,
      "Deliveries of IncomingCall events ended, by what the webhook made of them."
    ) {
      for (result, count) in zip(["taken", "refused", "unanswered"], deliveries) {
        $0.sample(("result", result), count)
      }
    }
    text.single(
      "deliveries_refused_total", .counter, "Deliveries for which there was no place.",
      deliveriesRefused)
    text.single("deliveries_open", .gauge, "Deliveries on their way.", deliveriesOpen)
    text.single(
      "deliveries_waiting", .gauge, "Deliveries that wait for a place.", deliveriesWaiting)
    text.single(
      "memory_limit_bytes", .gauge, "Bytes that clients can make the emulator keep.", memoryLimit)
    text.single("memory_used_bytes", .gauge, "Bytes of the limit that are in use.", memoryUsed)
    text.family("memory_bytes", .gauge, "Bytes taken, by what they are kept for.") {
      for kind in MemoryBudget.Kind.allCases {
        $0.sample(("kind", kind.rawValue), memory[kind.index])
      }
    }
    text.family(
      "memory_refused_total", .counter,
      "What was refused or dropped because the memory limit was reached, by kind."
    ) {
      for kind in MemoryBudget.Kind.allCases {
        $0.sample(("kind", kind.rawValue), memoryRefusals[kind.index])
      }
    }
    text.single(
      "log_lines_dropped_total", .counter,
      "Log lines dropped because nobody read them in time.", logLinesDropped)
    text.single(
      "background_jobs_waiting", .gauge, "Pieces of longer work that wait for their turn.",
      backgroundWaiting)
    text.single(
      "background_jobs_refused_total", .counter,
      "Calls of the control API refused because too many waited.", backgroundRefused)
    text.single(
      "uptime_seconds", .gauge, "Time since the start.", PrometheusText.seconds(uptime))
    text.family(
      "request_duration_seconds", .histogram,
      "From a request's first byte received to its response's last byte sent."
    ) {
      var total: UInt64 = 0
      for (index, count) in latencies.enumerated() {
        total &+= count
        let bound =
          index < Metrics.buckets.count
          ? PrometheusText.seconds(Metrics.buckets[index]) : "+Inf"
        $0.sample(suffix: "_bucket", ("le", bound), total)
      }
      $0.sample(suffix: "_sum", nil, PrometheusText.seconds(Int64(clamping: latencySum)))
      $0.sample(suffix: "_count", nil, total)
    }
    return text.bytes
  }
}
