// Redirects calls with the Java SDK: a JSON object a line is read, a JSON object a line is written. See sdks/drivers.py.
import com.azure.communication.callautomation.CallAutomationClient;
import com.azure.communication.callautomation.CallAutomationClientBuilder;
import com.azure.communication.callautomation.models.CallInvite;
import com.azure.communication.common.CommunicationCloudEnvironment;
import com.azure.communication.common.CommunicationUserIdentifier;
import com.azure.communication.common.MicrosoftTeamsUserIdentifier;
import com.azure.communication.common.PhoneNumberIdentifier;
import com.azure.core.credential.AccessToken;
import com.azure.core.credential.AzureKeyCredential;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.http.policy.FixedDelayOptions;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

public class Driver {
  record Counted(CallAutomationClient client, AtomicInteger tries) {}

  /** What an SDK can be asked for and this one does not have. */
  static final class NotOffered extends RuntimeException {
    NotOffered(String what) {
      super("the SDK does not have " + what);
    }
  }

  static final ObjectMapper json = new ObjectMapper();
  static final Map<String, Counted> kept = new ConcurrentHashMap<>();

  public static void main(String[] arguments) throws Exception {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    List<Thread> calls = new ArrayList<>();
    for (String line; (line = input.readLine()) != null; ) {
      JsonNode call = json.readTree(line);
      var thread = new Thread(() -> write(outcome(call).set("id", call.get("id"))));
      // A call that waits for ever does not keep this program alive.
      thread.setDaemon(true);
      thread.start();
      calls.add(thread);
    }
    for (Thread call : calls) call.join();
    System.exit(0);
  }

  static synchronized void write(JsonNode answer) {
    System.out.println(answer);
    System.out.flush();
  }

  static ObjectNode outcome(JsonNode call) {
    ObjectNode answer = json.createObjectNode();
    Counted made = null;
    int before = 0;
    try {
      made = client(call);
      before = made.tries.get();
      made.client.redirectCall(call.path("context").asText(), invite(call.get("target")));
      answer.put("ok", true).put("status", 204);
    } catch (HttpResponseException error) {
      answer.put("ok", false).put("type", error.getClass().getSimpleName()).put("message", error.getMessage());
      if (error.getResponse() != null) {
        answer.put("status", error.getResponse().getStatusCode());
        answer.put("code", error.getResponse().getHeaderValue("x-ms-error-code"));
      }
    } catch (Throwable error) {
      // Reactor wraps what is checked: the cause is what went wrong.
      Throwable cause = error.getClass().getSimpleName().equals("ReactiveException") ? error.getCause() : error;
      answer.put("ok", false).put("type", error.getClass().getSimpleName()).put("message", String.valueOf(error.getMessage()));
      if (cause != error) answer.put("inner", cause.getClass().getSimpleName());
    }
    return answer.put("tries", made == null ? 0 : made.tries.get() - before);
  }

  static Counted client(JsonNode call) {
    String name = call.path("keep").asText(null);
    if (name != null && kept.containsKey(name)) return kept.get(name);
    var tries = new AtomicInteger();
    HttpPipelinePolicy count = (context, next) -> {
      tries.incrementAndGet();
      return next.process();
    };
    var builder = new CallAutomationClientBuilder().addPolicy(count);
    if (call.path("rewriteToHttp").asBoolean()) {
      builder.addPolicy((HttpPipelineCallContext context, com.azure.core.http.HttpPipelineNextPolicy next) -> {
        context.getHttpRequest().setUrl(context.getHttpRequest().getUrl().toString().replaceFirst("^https:", "http:"));
        return next.process();
      });
    }
    if (call.has("retries")) {
      builder.retryOptions(new RetryOptions(new FixedDelayOptions(call.get("retries").asInt(), Duration.ofMillis(50))));
    }
    if (call.has("apiVersion") && !call.get("apiVersion").asText().equals("2023-03-06")) {
      throw new NotOffered("api-version " + call.get("apiVersion").asText());
    }
    switch (call.path("httpClient").asText("default")) {
      case "netty" -> builder.httpClient(make("com.azure.core.http.netty.NettyAsyncHttpClientProvider"));
      case "okhttp" -> builder.httpClient(make("com.azure.core.http.okhttp.OkHttpAsyncClientProvider"));
      case "jdk" -> builder.httpClient(make("com.azure.core.http.jdk.httpclient.JdkHttpClientProvider"));
      default -> {}
    }
    switch (call.path("credential").asText()) {
      case "key" -> builder.endpoint(call.get("endpoint").asText()).credential(new AzureKeyCredential(call.get("accessKey").asText()));
      case "token" -> builder.endpoint(call.get("endpoint").asText()).credential(
          request -> Mono.just(new AccessToken(call.get("token").asText(), OffsetDateTime.now().plusHours(1))));
      default -> builder.connectionString(
          call.has("connectionString") ? call.get("connectionString").asText() : System.getenv("COMMUNICATION_SERVICES_CONNECTION_STRING"));
    }
    var made = new Counted(builder.buildClient(), tries);
    if (name != null) kept.put(name, made);
    return made;
  }

  static HttpClient make(String provider) {
    try {
      return ((com.azure.core.http.HttpClientProvider) Class.forName(provider).getConstructor().newInstance()).createInstance();
    } catch (ReflectiveOperationException error) {
      throw new IllegalStateException("not on the class path: " + provider, error);
    }
  }

  static CallInvite invite(JsonNode target) {
    String kind = target.get("kind").asText();
    return switch (kind) {
      case "communicationUser" -> new CallInvite(new CommunicationUserIdentifier(target.get("id").asText()));
      case "phoneNumber" -> {
        var number = new PhoneNumberIdentifier(target.get("value").asText());
        if (target.has("rawId")) number.setRawId(target.get("rawId").asText());
        yield new CallInvite(number, null);
      }
      case "microsoftTeamsUser" -> {
        var user = new MicrosoftTeamsUserIdentifier(target.get("userId").asText(), target.path("isAnonymous").asBoolean());
        if (target.has("cloud")) {
          user.setCloudEnvironment(CommunicationCloudEnvironment.fromString(target.get("cloud").asText()));
        }
        yield new CallInvite(user);
      }
      default -> throw new NotOffered("a CallInvite for " + kind);
    };
  }
}
