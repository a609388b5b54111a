"""Paginators and waiters: typed items and pages, known names, boto3's forms."""

from asdoc.appconfig import Client
from asdoc.appconfig.models import Applications, Deployment, DeploymentSummary, Deployments
from asdoc.runtime.paginate import Items, Pages

client = Client("eu-west-1")
for summary in client.paginate.list_deployments(ApplicationId="a", EnvironmentId="e"):
    found: DeploymentSummary = summary
    number: int | None = summary.DeploymentNumber
    summary.Numbr  # error: attr-defined / reportAttributeAccessIssue, reportUnknownMemberType
walk: Items[DeploymentSummary, Deployments] = client.paginate.list_deployments(
    ApplicationId="a", EnvironmentId="e", PaginationConfig={"MaxItems": 5, "PageSize": 2, "StartingToken": None}
)
for page in walk.pages():
    items: list[DeploymentSummary] | None = page.Items
    page.Item  # error: attr-defined / reportAttributeAccessIssue, reportUnknownMemberType
token: str | None = walk.resume_token
whole = walk.pages().build_full_result()
print(whole["Items"])
numbers: list[int] = list(walk)  # error: arg-type / reportAssignmentType

client.paginate.list_deployments(ApplicationId="a")  # error: call-arg / reportCallIssue
client.paginate.list_deployments(ApplicationId="a", EnvironmentId="e", NextToken="t")  # error: call-arg / reportCallIssue
client.paginate.list_applications(PaginationConfig={"MaxItem": 5})  # error: arg-type / reportArgumentType
client.paginate.get_deployment()  # error: attr-defined / reportAttributeAccessIssue, reportUnknownMemberType

pages = client.get_paginator("list_deployments").paginate(
    ApplicationId="a", EnvironmentId="e", PaginationConfig={"MaxItems": 5}
)
for any_page in pages:
    print(any_page["Items"])
client.get_paginator("list_deployment")  # error: arg-type / reportArgumentType
client.get_paginator("get_deployment")  # error: arg-type / reportArgumentType
if client.can_paginate("list_applications"):
    every: Pages[Applications] = client.get_paginator("list_applications").paginate()

client.get_waiter("deployment_complete").wait(
    ApplicationId="a", EnvironmentId="e", DeploymentNumber=1, WaiterConfig={"Delay": 1, "MaxAttempts": 3}
)
client.get_waiter("deployment_completed")  # error: arg-type / reportArgumentType
client.get_waiter("deployment_complete").wait(WaiterConfig={"Delays": 1})  # error: arg-type / reportArgumentType
done: Deployment = client.wait_until.deployment_complete(
    ApplicationId="a", EnvironmentId="e", DeploymentNumber=1, WaiterConfig={"Delay": 0.5}
)
client.wait_until.deployment_complete(ApplicationId="a", EnvironmentId="e")  # error: call-arg / reportCallIssue
client.wait_until.deployment_done()  # error: attr-defined / reportAttributeAccessIssue, reportUnknownMemberType
names: list[str] = client.waiter_names
