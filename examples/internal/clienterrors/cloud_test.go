package clienterrors

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// put writes an item to a DynamoDB that answers so.
func put(t *testing.T, status int, code string) error {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":"no"}`, code)
	}))
	defer server.Close()
	return putTo(t, server.URL)
}

func putTo(t *testing.T, url string) error {
	t.Helper()
	c := dynamodb.New(dynamodb.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(url), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	})
	_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String("orders"), Item: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "7"}},
	})
	return err
}

func cloud(t *testing.T) (rows []row) {
	for _, code := range []string{
		"ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "TransactionInProgressException",
		"TransactionConflictException", "TransactionCanceledException", "ExpiredTokenException", "ValidationException",
		"ResourceNotFoundException",
		"ConditionalCheckFailedException", "AccessDeniedException", "LimitExceededException",
	} {
		rows = append(rows, row{"DynamoDB: 400 " + code, put(t, http.StatusBadRequest, code)})
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	return append(rows,
		row{"DynamoDB: 500 InternalServerError", put(t, http.StatusInternalServerError, "InternalServerError")},
		row{"DynamoDB: 503 ServiceUnavailable", put(t, http.StatusServiceUnavailable, "ServiceUnavailable")},
		row{"DynamoDB: connection refused", putTo(t, gone.URL)},
	)
}
