package retry

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// NonRetryable marks err as an error that no retry can help. The mark works
// wherever it stands in the chain of what the activity returns. NonRetryable(nil)
// is nil. For activities.
//
// Marks need [NewInterceptor] on the worker. Without it Temporal ignores them and
// retries the activity as its policy says. When nothing wraps the mark, the failure
// in the workflow's history then has the type "retryMarkWithoutInterceptor".
func NonRetryable(err error) error { return failure.MarkNonRetryable(err) }

// After marks err as an error to retry, but not before d has passed. If the retry
// policy plans a longer wait, that wait stands; for a shorter one, return an
// application error with NextRetryDelay. The minimum of d is a millisecond, and
// [InterceptorOptions].MaxRetryAfter is its maximum. After(nil, d) is nil. Like
// [NonRetryable] it needs [NewInterceptor]. For activities.
func After(err error, d time.Duration) error { return failure.MarkRetryAfter(err, d) }

// Benign marks err as expected: the SDK logs it at debug level and does not count
// it as a failed activity. Benign does not change whether the activity is retried.
// An error made by errors.Join is benign if each error in it is. Benign(nil) is
// nil. Like [NonRetryable] it needs [NewInterceptor]. For activities.
func Benign(err error) error { return failure.MarkBenign(err) }
