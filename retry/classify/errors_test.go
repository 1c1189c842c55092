package classify_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// coded is an error of AWS's SDK: a code beside a status.
type coded struct {
	code   string
	status int
}

func (e coded) Error() string       { return "api error " + e.code }
func (e coded) ErrorCode() string   { return e.code }
func (e coded) HTTPStatusCode() int { return e.status }

// itself says itself whether a retry helps.
type itself struct {
	coded
	retryable bool
}

func (e itself) RetryableError() bool { return e.retryable }

// Throttling is HTTP 400 with a code, in many services.
func TestCodesComeBeforeTheStatus(t *testing.T) {
	t.Parallel()
	for code, typ := range map[string]string{
		"ThrottlingException": "RateLimited", "Throttling": "RateLimited", "ThrottledException": "RateLimited", "RequestThrottled": "RateLimited",
		"EC2ThrottledException": "RateLimited", "Throttling.User": "RateLimited", "ProvisionedThroughputExceededException": "RateLimited",
		"RequestLimitExceeded": "RateLimited", "TooManyRequestsException": "RateLimited", "SlowDown": "RateLimited",
		"PriorRequestNotComplete": "RateLimited", "RequestTimeout": "RequestTimeout",
		"TransactionConflictException": "TransactionConflictException",
		"TransactionCanceledException": "TransactionCanceledException", "ExpiredToken": "ExpiredToken",
		"RequestTimeTooSkewed": "RequestTimeTooSkewed",
	} {
		v := classify.Default(t.Context(), fmt.Errorf("operation error: %w", coded{code, 400}))
		require.Equal(t, classify.Classification{Retryability: classify.Retryable, Type: typ}, v, code)
	}
	require.Equal(t, "HTTP400", classify.Default(t.Context(), coded{"ValidationException", 400}).Type)
	require.Equal(t, classify.NonRetryable, classify.Default(t.Context(), coded{"AccessDenied", 403}).Retryability)
}

// An error with a method that says that a retry helps decides before its status.
func TestErrorThatSaysItIsRetryableDecides(t *testing.T) {
	t.Parallel()
	require.Equal(t, classify.Retryable, classify.Default(t.Context(), fmt.Errorf("w: %w", itself{coded{"Odd", 403}, true})).Retryability)
	require.Equal(t, classify.NonRetryable, classify.Default(t.Context(), itself{coded{"Odd", 403}, false}).Retryability,
		"its client gives up, which is about its own attempts")
	require.Equal(t, classify.Retryable, classify.Default(t.Context(), itself{coded{"SlowDown", 503}, false}).Retryability)
}

// A temporary error of a Temporal service is retryable, independent of its code.
func TestTemporaryServiceErrorsAreRetryable(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"WorkflowNotReady":   serviceerror.NewWorkflowNotReady("workflow task in failed state"),
		"NamespaceNotActive": serviceerror.NewNamespaceNotActive("n", "a", "b"),
	} {
		require.Equal(t, classify.Classification{Retryability: classify.Retryable, Type: want}, classify.Default(t.Context(),
			fmt.Errorf("voting: %w", err)))
	}
	require.Equal(t, classify.Classification{}, classify.Default(t.Context(), serviceerror.NewNamespaceInvalidState("n", 2, nil)),
		"a handover, or a deletion")
	require.Equal(t, classify.NonRetryable, classify.Default(t.Context(), serviceerror.NewFailedPrecondition("x")).Retryability)
}

// A message that is too large stays too large.
func TestMessageTooLargeIsNonRetryable(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"grpc: received message larger than max (5000000 vs. 4194304)",
		"trying to send message larger than max (1 vs. 0)",
	} {
		v := classify.Default(t.Context(), serviceerror.NewResourceExhausted(1, text))
		require.Equal(t, classify.Classification{Retryability: classify.NonRetryable, Type: "MessageTooLarge"}, v)
	}
	require.Equal(t, classify.Retryable, classify.Default(t.Context(), serviceerror.NewResourceExhausted(1,
		"namespace rate limit exceeded")).Retryability)
}

type pgError struct{ code, text string }

func (e pgError) Error() string    { return "ERROR: " + e.text + " (SQLSTATE " + e.code + ")" }
func (e pgError) SQLState() string { return e.code }

// After a migration or behind a pooler a connection refuses a statement that it
// remembers wrongly, having done nothing.
func TestStaleStatementsAreRetryable(t *testing.T) {
	t.Parallel()
	for err, want := range map[pgError]classify.Retryability{
		{"0A000", "cached plan must not change result type"}:    classify.Retryable,
		{"0A000", "gecachter Plan darf sich nicht ändern"}:      classify.Unknown,
		{"0A000", "cannot insert into view"}:                    classify.NonRetryable,
		{"0A000", "COPY is not supported"}:                      classify.NonRetryable,
		{"42P05", `prepared statement "s1" already exists`}:     classify.Retryable,
		{"26000", `prepared statement "s1" does not exist`}:     classify.Retryable,
		{"42P01", `relation "cached plan" does not exist`}:      classify.NonRetryable,
		{"57P05", "terminating connection due to idle timeout"}: classify.Retryable,
	} {
		require.Equal(t, want, classify.Default(t.Context(), fmt.Errorf("w: %w", err)).Retryability, err.Error())
	}
}

// net/http refuses a request that no server may get, before it sends anything.
func TestRequestThatIsNeverSentIsNonRetryable(t *testing.T) {
	t.Parallel()
	service := httptest.NewServer(http.NotFoundHandler())
	defer service.Close()
	for name, change := range map[string]func(*http.Request){
		"a token with a newline": func(r *http.Request) { r.Header.Set("Authorization", "Bearer secret\n") },
		"an invalid header name": func(r *http.Request) { r.Header["X-Na\033me"] = []string{"v"} },
		"an invalid trailer":     func(r *http.Request) { r.Trailer = http.Header{"X Y": {"v"}} },
		"an invalid method":      func(r *http.Request) { r.Method = "PO ST" },
		"a URL without a host":   func(r *http.Request) { r.URL.Host = "" },
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, service.URL, nil)
		require.NoError(t, err)
		change(r)
		_, err = service.Client().Do(r) //nolint:bodyclose // it is never sent
		require.Error(t, err, name)
		require.Equal(t, classify.Classification{Retryability: classify.NonRetryable, Type: "BadRequest"}, classify.Default(t.Context(), err),
			"%s: %v", name, err)
	}
}

// When the activity's own context has ended, a timeout tells nothing.
func TestDefaultWithAnEndedContext(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	<-ended.Done()
	for _, err := range []error{ended.Err(), fmt.Errorf("w: %w", ended.Err()), timeoutError{}, serviceerror.NewDeadlineExceeded("x")} {
		require.Equal(t, classify.Classification{}, classify.Default(ended, err), "%v", err)
		require.Equal(t, classify.Retryable, classify.Default(t.Context(), err).Retryability, "%v", err)
	}
	require.Equal(t, classify.NonRetryable, classify.Default(ended, &classify.ResponseError{StatusCode: 400}).Retryability)
	require.Equal(t, classify.Unknown, classify.Default(ended, errors.New("x")).Retryability)
}

func TestServerWithoutTLSIsNonRetryable(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	_, err := http.Get(strings.Replace(s.URL, "http:", "https:", 1))
	require.Equal(t, classify.NonRetryable, classify.Default(t.Context(), err).Retryability)
}

func TestNilResponseErrorIsUnknown(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("w: %w", (*classify.ResponseError)(nil))
	require.NotPanics(t, func() { classify.Default(t.Context(), err) })
}

func TestBadURLIsNotRetryable(t *testing.T) {
	t.Parallel()
	_, err := http.NewRequest("GET", "http://[::1", nil)
	require.NotEqual(t, classify.Retryable, classify.Default(t.Context(), err).Retryability)
}
