package classify

import (
	"context"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// AWS classifies errors with a method ErrorCode() string, such as those of AWS's SDK.
// Many services report throttling by the code alone, with status 400.
//
//   - Throttling, in all its spellings: retryable, with the type "RateLimited".
//   - RequestTimeout, InternalError and similar codes, transaction conflicts, and
//     expired credentials or a wrong clock, which the next attempt renews: retryable,
//     with the code as the type.
//
// Any other code is unknown, so that [HTTP] looks at the status.
func AWS(_ context.Context, err error) (v Classification) {
	failure.Walk(err, func(err error) bool {
		if e, ok := err.(interface{ ErrorCode() string }); ok {
			v = ofAWSCode(e.ErrorCode())
		}
		return v.Retryability != Unknown
	})
	return v
}

func ofAWSCode(code string) Classification {
	switch code {
	case "TooManyRequestsException", "TooManyRequests", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
		"BandwidthLimitExceeded", "LimitExceededException", "SlowDown", "PriorRequestNotComplete", "RateExceeded":
		return Classification{Retryability: Retryable, Type: typeRateLimited}
	case "RequestTimeout", "RequestTimeoutException", "InternalError", "InternalFailure", "InternalServerError", "InternalServerException",
		"ServiceUnavailable", "ServiceUnavailableException", "TransactionInProgressException",
		"TransactionConflictException", "TransactionCanceledException",
		"ExpiredToken", "ExpiredTokenException", "RequestExpired", "RequestTimeTooSkewed":
		return Classification{Retryability: Retryable, Type: code}
	}
	if strings.Contains(code, "Throttl") {
		return Classification{Retryability: Retryable, Type: typeRateLimited}
	}
	return Classification{}
}
