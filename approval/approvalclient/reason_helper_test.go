package approvalclient_test

import "github.com/temporal-patterns/temporal-patterns/approval/approvalclient"

// reasonOf returns the reason of a refusal, and "" for other errors.
func reasonOf(err error) approvalclient.Reason {
	reason, _ := approvalclient.ReasonOf(err)
	return reason
}
