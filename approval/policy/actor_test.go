package policy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestActorValidate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		actor policy.Actor
		want  string
	}{
		"a valid actor":     {actor: policy.Actor{ID: "ann", Groups: many("g", policy.MaxGroups), Auth: "oidc"}},
		"no ID":             {actor: policy.Actor{Auth: "oidc"}, want: `the actor's ID, "actor": {"id": …}, has 0 bytes; `},
		"no authentication": {actor: policy.Actor{ID: "ann"}, want: `how the actor is known, "actor": {"auth": …}, has 0 bytes; `},
		"too many groups": {
			actor: policy.Actor{ID: "ann", Groups: many("g", policy.MaxGroups+1), Auth: "oidc"},
			want:  "the actor has 201 groups, the limit is 200; ",
		},
		"a group with spaces": {
			actor: policy.Actor{ID: "ann", Groups: []string{"a", " b"}, Auth: "oidc"},
			want:  "group 2 of the actor of 2 bytes starts or ends with space; ",
		},
	} {
		if err := c.actor.Validate(); c.want == "" {
			require.NoError(t, err, name)
		} else {
			require.ErrorContains(t, err, c.want, name)
		}
	}
}
