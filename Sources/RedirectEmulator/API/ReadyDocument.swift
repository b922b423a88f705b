import Documents
import EventLoop
import Glibc

extension Emulator {
  /// The ready file's JSON. The guide CommandLine names its members.
  ///
  /// - Parameter caFile: where the CA's certificate was written.
  package func readyDocument(caFile: String?) throws -> String {
    let token = try token()
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("version", Self.version)
      writer.member("pid", getpid())
      writer.member("host", server.address.host)
      writer.member("port", port)
      writer.member("endpoint", endpoint)
      writer.member("httpsEndpoint", httpsEndpoint)
      writer.member("connectionString", connectionString)
      writer.member("httpsConnectionString", httpsConnectionString)
      writer.member("httpConnectionString", httpConnectionString)
      writer.member("accessKey", accessKey)
      writer.member("token", token)
      writer.member("caFile", caFile)
      writer.member("controlEndpoint", controlEndpoint)
    }
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }
}
