import Documents
import EventLoop
import Glibc

extension Emulator {
  /// The ready file's JSON. The guide CommandLine names its members.
  ///
  /// - Parameters:
  ///   - caFile: where the CA's certificate was written.
  ///   - caBundleFile: where it is together with the system's authorities.
  ///   - trustStoreFile: where these are as a key store for Java.
  package func readyDocument(
    caFile: String, caBundleFile: String, trustStoreFile: String
  ) throws -> String {
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
      writer.member("caBundleFile", caBundleFile)
      writer.member("trustStoreFile", trustStoreFile)
      writer.member("controlEndpoint", controlEndpoint)
      writer.member("pageEndpoint", pageEndpoint)
      writer.member("identityEndpoint", managedIdentity?.endpoint)
      writer.member("identityHeader", managedIdentity?.header)
    }
    return String(decoding: writer.bytes, as: UTF8.self) + "\n"
  }
}
