package classify

import (
	"context"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// AWS knows errors with a method ErrorCode() string, as those of AWS's SDK have
// it. Many services tell by the code alone that they are asked too often: the
// status is 400 then.
//
//   - Throttling, in all its spellings: retryable, with the type "RateLimited".
//   - RequestTimeout, InternalError and the like, conflicts of transactions, and
//     expired credentials or a clock that is wrong, which the next attempt
//     gets again: retryable, with the code as the type.
//
// All other codes it does not know, so that their status counts.
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
