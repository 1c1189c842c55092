package approvalhttp

import (
	"net/http"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// identify returns the actor of a request, with the groups that a policy can name.
func (o Options) identify(r *http.Request) (policy.Actor, error) {
	actor, err := o.Authenticate(r)
	if err != nil || actor.ID == "" {
		return actor, &problem{
			Status: http.StatusUnauthorized,
			Code:   codeIdentity,
			Detail: "authentication required; sign in and send the request again",
		}
	}
	claimed := actor.Groups
	actor.Groups = nil
	if err := actor.Validate(); err != nil {
		o.Logger.WarnContext(
			r.Context(),
			"approvalhttp: Options.Authenticate returns an actor who cannot decide anywhere",
			"path",
			path(r),
			"error",
			err.Error(),
		)
		return actor, &problem{
			Status: http.StatusForbidden,
			Code:   codeActor,
			Detail: "you are signed in under a name that cannot decide here; ask the operator of the site to look into its log",
		}
	}
	actor.Groups = o.knownGroups(r, actor, claimed)
	return actor, nil
}

// knownGroups returns an actor's groups without duplicates and without names that no policy
// can have.
func (o Options) knownGroups(r *http.Request, actor policy.Actor, claimed []string) []string {
	var kept []string
	var wrong error
	seen := map[string]bool{}
	for _, name := range claimed {
		if seen[name] {
			continue
		}
		seen[name] = true
		actor.Groups = []string{name}
		if err := actor.Validate(); err != nil {
			wrong = err
			continue
		}
		kept = append(kept, name)
	}
	if wrong != nil {
		o.Logger.WarnContext(
			r.Context(),
			"approvalhttp: Options.Authenticate returns groups that no policy can name; they are left out",
			"path",
			path(r),
			"groups",
			len(seen)-len(kept),
			"error",
			wrong.Error(),
		)
	}
	return kept
}
