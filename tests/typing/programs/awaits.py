"""The async client: the same signatures, awaited."""

from asdoc.appconfig import AsyncClient
from asdoc.appconfig.models import Application, Deployment, DeploymentSummary


async def use() -> None:
    async with AsyncClient("eu-west-1") as client:
        application: Application = await client.get_application(ApplicationId="a")
        print(application.Name)
        forgotten: Application = client.get_application(ApplicationId="a")  # error: assignment / reportAssignmentType
        await client.get_application("a")  # error: call-arg / reportCallIssue
        await client.get_application(ApplicationId=1)  # error: arg-type / reportArgumentType
        async for summary in client.paginate.list_deployments(ApplicationId="a", EnvironmentId="e"):
            found: DeploymentSummary = summary
            print(found)
        async for page in client.paginate.list_deployments(ApplicationId="a", EnvironmentId="e").pages():
            print([item.State for item in page.Items or []])
        for summary in client.paginate.list_deployments(ApplicationId="a", EnvironmentId="e"):  # error: attr-defined / reportGeneralTypeIssues, reportUnknownVariableType
            pass
        whole = await client.get_paginator("list_applications").paginate().build_full_result()
        print(whole["Items"], forgotten)
        await client.get_waiter("deployment_complete").wait(ApplicationId="a")
        done: Deployment = await client.wait_until.deployment_complete(
            ApplicationId="a", EnvironmentId="e", DeploymentNumber=1
        )
        print(done)
        await client.get_waiter("x").wait()  # error: arg-type / reportArgumentType
