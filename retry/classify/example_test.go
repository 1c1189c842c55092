package classify_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

func ExampleCheckResponse() {
	response := &http.Response{StatusCode: 503, Header: http.Header{"Retry-After": {"120"}}}
	err := fmt.Errorf("charging order 7: %w", classify.CheckResponse(response))
	fmt.Println(err)
	fmt.Printf("%+v\n", classify.Default(context.Background(), err))
	// Output:
	// charging order 7: HTTP 503 Service Unavailable, retry after 2m0s
	// {Retryability:retryable Type:HTTP503 RetryAfter:2m0s Benign:false}
}

// A token that a retry renews: put the rule before those of Default.
func ExampleChain() {
	expired := func(_ context.Context, err error) classify.Classification {
		var response *classify.ResponseError
		if errors.As(err, &response) && response.StatusCode == http.StatusUnauthorized {
			return classify.Classification{Retryability: classify.Retryable, Type: "TokenExpired"}
		}
		return classify.Classification{}
	}
	classifier := classify.Chain(expired, classify.Default)
	fmt.Println(classifier(context.Background(), &classify.ResponseError{StatusCode: 401}).Type)
	fmt.Println(classifier(context.Background(), &classify.ResponseError{StatusCode: 403}).Type)
	// Output:
	// TokenExpired
	// HTTP403
}
