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

// CheckInbox says what a namespace lacks for Options.Inbox, and how to add it. A
// workflow that sets a search attribute that is not there is stuck, so call it
// before a worker starts: patterns.Options has a place for it. The error is also
// that of the server when it cannot tell.
func CheckInbox(ctx context.Context, c client.Client, namespace string) error {
	missing, err := missingAttributes(ctx, c, namespace)
	if err != nil {
		return err
	}
	return lacks(missing, namespace)
}

// SetUpInbox adds the search attributes that a namespace lacks for Options.Inbox.
// It may be called again, but not by two programs at once: a server that is asked
// twice in the same moment may register a name twice, which CheckInbox reports.
// Make it a step of the deployment, not of each worker's start. A server can take
// some seconds until it knows them everywhere. It needs the right to call the
// operator service; where that is not to be had, create them as CheckInbox says.
func SetUpInbox(ctx context.Context, c client.Client, namespace string) error {
	missing, err := missingAttributes(ctx, c, namespace)
	if err != nil || len(missing) == 0 {
		return err
	}
	_, err = c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{Namespace: namespace, SearchAttributes: missing})
	if err != nil {
		return fmt.Errorf("approval: the search attributes of the inbox cannot be added to namespace %q; ask whoever operates the server: %w", namespace, err)
	}
	return nil
}

func missingAttributes(ctx context.Context, c client.Client, namespace string) (map[string]enumspb.IndexedValueType, error) {
	if isNil(c) {
		return nil, errors.New("approval: there is no Temporal client to look at the search attributes with; give the one of client.Dial")
	}
	have, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return nil, fmt.Errorf("approval: the search attributes of namespace %q cannot be listed; check its name and the rights of the client: %w", namespace, err)
	}
	d, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	if err != nil {
		return nil, fmt.Errorf("approval: namespace %q cannot be described; check its name and the rights of the client: %w", namespace, err)
	}
	return missingFrom(have.GetCustomAttributes(), d.GetConfig().GetCustomSearchAttributeAliases(), namespace)
}

// missingFrom are those that are not there. One that is of another type, or stands
// for two fields of the store, so that what is written into one is looked for in
// the other, cannot be mended, so it is an error.
func missingFrom(have map[string]enumspb.IndexedValueType, aliases map[string]string, namespace string) (map[string]enumspb.IndexedValueType, error) {
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
			return nil, fmt.Errorf("approval: search attribute %s of namespace %q is registered more than once, as %s; run temporal operator search-attribute remove until it is gone, and SetUpInbox once",
				name, namespace, strings.Join(fields, " and "))
		case ok && got == missing[name]:
			delete(missing, name)
		case ok:
			return nil, fmt.Errorf("approval: search attribute %s of namespace %q is a %s, and the inbox needs a %s; remove it, or use another namespace", name, namespace, got, missing[name])
		}
	}
	return missing, nil
}

// lacks is the error of a namespace in which these are missing; nil for none.
func lacks(missing map[string]enumspb.IndexedValueType, namespace string) error {
	if len(missing) == 0 {
		return nil
	}
	var options []string
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		options = append(options, fmt.Sprintf("--name %s --type %s", name, missing[name]))
	}
	return fmt.Errorf("approval: namespace %q lacks search attributes of the inbox; call SetUpInbox, or run: temporal operator search-attribute create --namespace %s %s",
		namespace, namespace, strings.Join(options, " "))
}
