import Core
import RedirectEmulator

/// What `serve` prints to standard output. Programs that start it read these lines: the guide CommandLine, "What serve
/// prints", lists them. They must not change.
extension EmulatorSession {
  /// The lines printed when requests can be served: a name and a value each, the last one `ready on URL`.
  var announcement: String {
    var lines = ["redirect-emulator \(Emulator.version)"]
    for (path, count) in ruleCounts {
      lines.append("scenario \(ShownText.line(path.bytes)): \(count) rules")
    }
    lines.append("connection string \(emulator.connectionString)")
    lines.append("http connection string \(emulator.httpConnectionString)")
    if isAuthorityInMemory, let control = emulator.controlEndpoint {
      lines.append("ca \(control)/ca.pem")
    } else {
      lines.append("ca \(ShownText.line(caFile.bytes))")
    }
    if let control = emulator.controlEndpoint { lines.append("control \(control)") }
    if let page = emulator.pageEndpoint { lines.append("page \(page)") }
    lines.append("ready on \(emulator.endpoint)")
    return lines.joined(separator: "\n") + "\n"
  }

  /// The lines printed at the end.
  var totals: String {
    var line = emulator.totals.description
    let unused = emulator.unusedRules
    if !unused.isEmpty { line += "; never fired: " + Self.names(unused) }
    return ([line] + emulator.callLines(report: evidence.page)).joined(separator: "\n")
  }
}
