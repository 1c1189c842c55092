package approvalclient

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

// CheckInbox returns an error that names the search attributes that a namespace lacks for
// approval.Options.Inbox, and the command that adds them. A workflow that sets a missing
// search attribute is stuck, so call CheckInbox before a worker starts: patterns.Options has
// a place for it.
func CheckInbox(ctx context.Context, c client.Client, namespace string) error {
	missing, err := missingAttributes(ctx, c, namespace)
	if err != nil {
		return err
	}
	return missingError(missing, namespace)
}

// SetUpInbox adds the search attributes that a namespace lacks for approval.Options.Inbox:
// ApprovalPending, a KeywordList, and ApprovalDue, a Datetime. You may call it again, but not
// from two programs at once: a server may then register a name twice, which CheckInbox
// reports. Make it a step of the deployment, not of each worker's start. A server can take
// some seconds to make them known everywhere. SetUpInbox needs the right to call the operator
// service; without it, create them as CheckInbox says.
func SetUpInbox(ctx context.Context, c client.Client, namespace string) error {
	missing, err := missingAttributes(ctx, c, namespace)
	if err != nil || len(missing) == 0 {
		return err
	}
	_, err = c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
		Namespace: namespace, SearchAttributes: missing,
	})
	if err != nil {
		return fmt.Errorf(
			"approvalclient: the search attributes of the inbox cannot be added to namespace %q; ask the operator of the server: %w", namespace, err)
	}
	return nil
}

func missingAttributes(ctx context.Context, c client.Client, namespace string) (map[string]enumspb.IndexedValueType, error) {
	if isNil(c) {
		return nil, errors.New("approvalclient: there is no Temporal client that could list the search attributes; give the one of client.Dial")
	}
	have, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return nil, fmt.Errorf(
			"approvalclient: the search attributes of namespace %q cannot be listed; check its name "+
				"and the rights of the client: %w", namespace, err)
	}
	d, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	if err != nil {
		return nil, fmt.Errorf(
			"approvalclient: namespace %q cannot be described; check its name and the rights of the client: %w", namespace, err)
	}
	return missingFrom(have.GetCustomAttributes(), d.GetConfig().GetCustomSearchAttributeAliases(), namespace)
}

// missingFrom returns the attributes that are not there. An attribute of another type, or
// one that names two fields of the store, cannot be repaired here, so it is an error: what is
// written into one field would be looked for in the other.
func missingFrom(
	have map[string]enumspb.IndexedValueType, aliases map[string]string, namespace string,
) (map[string]enumspb.IndexedValueType, error) {
	missing := map[string]enumspb.IndexedValueType{
		protocol.AttributePending: enumspb.INDEXED_VALUE_TYPE_KEYWORD_LIST,
		protocol.AttributeDue:     enumspb.INDEXED_VALUE_TYPE_DATETIME,
	}
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		var fields []string
		for _, field := range slices.Sorted(maps.Keys(aliases)) {
			if aliases[field] == name {
				fields = append(fields, field)
			}
		}
		switch got, ok := have[name]; {
		case len(fields) > 1:
			return nil, fmt.Errorf("approvalclient: search attribute %s of namespace %q is registered more than once, as %s; "+
				"run temporal operator search-attribute remove until it is gone, and SetUpInbox once",
				name, namespace, strings.Join(fields, " and "))
		case ok && got == missing[name]:
			delete(missing, name)
		case ok:
			return nil, fmt.Errorf("approvalclient: search attribute %s of namespace %q is a %s, and the inbox needs a %s; "+
				"remove it, or use another namespace", name, namespace, got, missing[name])
		}
	}
	return missing, nil
}

// missingError returns the error of a namespace that lacks attributes; nil for none.
func missingError(missing map[string]enumspb.IndexedValueType, namespace string) error {
	if len(missing) == 0 {
		return nil
	}
	var options []string
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		options = append(options, fmt.Sprintf("--name %s --type %s", name, missing[name]))
	}
	return fmt.Errorf("approvalclient: namespace %q lacks search attributes of the inbox; call SetUpInbox, or run: "+
		"temporal operator search-attribute create --namespace %s %s",
		namespace, namespace, strings.Join(options, " "))
}
