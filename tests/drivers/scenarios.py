"""What a client does with each service, and what must come of it, told once for every client.

`aws.appconfig.create_application(Name=…)` gives the answer as a dict: content as bytes, times as datetimes, and no
ResponseMetadata. `aws.advance(seconds)` moves the server's clock.
"""

from __future__ import annotations

from typing import Any

ACCOUNT = "111122223333"
CONTENT = b'{"on": true}'
FLAGS = b'{"version": "1", "flags": {"colour": {"name": "c"}}}'
SOURCE = {"s3": {"bucket": "bundles", "key": "bundle.tar.gz"}}


class RefusedError(Exception):
    """The service answered with an error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


async def refused(code: str, answer: Any) -> None:
    """Raises AssertionError unless the call is answered with that error."""
    came = ""
    try:
        await answer
    except RefusedError as error:
        came = error.code
    assert came == code, f"{code} was due, and {came or 'success'} came"


async def pages(listing: Any, **members: Any) -> list[Any]:
    """All items of a list of AppConfig's, two at a time."""
    items: list[Any] = []
    token: dict[str, str] = {}
    while True:
        page = await listing(MaxResults=2, **members, **token)
        assert len(page["Items"]) <= 2
        items += page["Items"]
        if "NextToken" not in page:
            return items
        token = {"NextToken": page["NextToken"]}


async def applications(aws: Any) -> dict[str, str]:
    """An application with its tags; gives the members that name it."""
    appconfig = aws.appconfig
    made = await appconfig.create_application(Name="shop", Description="", Tags={"a": "b"})
    assert (made["Name"], "Description" in made) == ("shop", False)
    of = {"ApplicationId": made["Id"]}
    assert await appconfig.get_application(**of) == made
    changed = await appconfig.update_application(**of, Name="shop", Description="all we sell")
    assert changed == {**made, "Description": "all we sell"}
    others = [(await appconfig.create_application(Name=f"other {number}"))["Id"] for number in range(4)]
    assert [item["Id"] for item in await pages(appconfig.list_applications)] == [made["Id"], *others]
    for other in others:
        await appconfig.delete_application(ApplicationId=other)
    await refused("ResourceNotFoundException", appconfig.get_application(ApplicationId=others[0]))
    arn = f"arn:aws:appconfig:us-east-1:{ACCOUNT}:application/{made['Id']}"
    await appconfig.tag_resource(ResourceArn=arn, Tags={"c": "d", "e": ""})
    await appconfig.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert (await appconfig.list_tags_for_resource(ResourceArn=arn))["Tags"] == {"c": "d", "e": ""}
    return of


async def environments(aws: Any, of: dict[str, str]) -> dict[str, str]:
    appconfig = aws.appconfig
    monitors = [{"AlarmArn": "arn:aws:cloudwatch:us-east-1:111122223333:alarm:errors"}]
    made = await appconfig.create_environment(**of, Name="beta", Monitors=monitors)
    assert (made["State"], made["Monitors"]) == ("READY_FOR_DEPLOYMENT", monitors)
    there = {**of, "EnvironmentId": made["Id"]}
    assert (await appconfig.update_environment(**there, Name="prod"))["Name"] == "prod"
    assert await appconfig.get_environment(**there) == {**made, "Name": "prod"}
    assert await pages(appconfig.list_environments, **of) == [{**made, "Name": "prod"}]
    return there


async def profiles(aws: Any, of: dict[str, str]) -> dict[str, str]:
    """A hosted profile with two versions that its validator lets pass."""
    appconfig = aws.appconfig
    validators = [{"Type": "JSON_SCHEMA", "Content": '{"type": "object", "required": ["on"]}'}]
    made = await appconfig.create_configuration_profile(**of, Name="p", LocationUri="hosted", Validators=validators)
    assert (made["Type"], made["Validators"]) == ("AWS.Freeform", validators)
    its = {**of, "ConfigurationProfileId": made["Id"]}
    changed = await appconfig.update_configuration_profile(**its, Description="what is on")
    assert changed == {**made, "Description": "what is on"} == await appconfig.get_configuration_profile(**its)
    (shown,) = await pages(appconfig.list_configuration_profiles, **of, Type="AWS.Freeform")
    assert (shown["Id"], shown["ValidatorTypes"]) == (made["Id"], ["JSON_SCHEMA"])

    first = await appconfig.create_hosted_configuration_version(
        **its, Content=CONTENT, ContentType="application/json", VersionLabel="v1", Description="the first"
    )
    assert (first["VersionNumber"], first["VersionLabel"], first["Content"]) == (1, "v1", CONTENT)
    assert await appconfig.get_hosted_configuration_version(**its, VersionNumber=1) == first
    version = {"Content": b'{"off": true}', "ContentType": "application/json"}
    await refused("BadRequestException", appconfig.create_hosted_configuration_version(**its, **version))
    version = {"Content": b'{"on": false}', "ContentType": "application/json"}
    second = await appconfig.create_hosted_configuration_version(**its, **version, LatestVersionNumber=1)
    assert second["VersionNumber"] == 2
    listed = await pages(appconfig.list_hosted_configuration_versions, **its)
    assert [item["VersionNumber"] for item in listed] == [2, 1]
    assert await pages(appconfig.list_hosted_configuration_versions, **its, VersionLabel="v*") == listed[1:]
    await appconfig.validate_configuration(**its, ConfigurationVersion="2")
    return its


async def deployments(aws: Any, there: dict[str, str], its: dict[str, str]) -> None:
    """The documented fifteen minutes, a rollback, a revert, and what a client is served meanwhile."""
    appconfig = aws.appconfig
    made = await appconfig.create_deployment_strategy(Name="s", DeploymentDurationInMinutes=15, GrowthFactor=25)
    strategy = {"DeploymentStrategyId": made["Id"]}
    assert (made["GrowthType"], made["FinalBakeTimeInMinutes"], made["GrowthFactor"]) == ("LINEAR", 0, 25.0)
    changed = await appconfig.update_deployment_strategy(**strategy, FinalBakeTimeInMinutes=5)
    assert await appconfig.get_deployment_strategy(**strategy) == changed
    assert len(await pages(appconfig.list_deployment_strategies)) == 5

    what = {**there, **strategy, "ConfigurationProfileId": its["ConfigurationProfileId"]}
    started = await appconfig.start_deployment(**what, ConfigurationVersion="v1", Tags={"by": "hand"})
    assert (started["DeploymentNumber"], started["State"], started["PercentageComplete"]) == (1, "DEPLOYING", 1.0)
    assert (started["ConfigurationVersion"], started["VersionLabel"]) == ("1", "v1")
    await refused("ConflictException", appconfig.start_deployment(**what, ConfigurationVersion="2"))
    await aws.advance(12 * 60)
    assert (await appconfig.get_environment(**there))["State"] == "DEPLOYING"
    assert (await appconfig.get_deployment(**there, DeploymentNumber=1))["PercentageComplete"] == 100.0
    await aws.advance(8 * 60)
    done = await appconfig.get_deployment(**there, DeploymentNumber=1)
    assert (done["State"], (done["CompletedAt"] - done["StartedAt"]).total_seconds()) == ("COMPLETE", 1200.0)
    assert [event["EventType"] for event in done["EventLog"]] == [
        *("DEPLOYMENT_COMPLETED", "BAKE_TIME_STARTED"),
        *["PERCENTAGE_UPDATED"] * 4,
        "DEPLOYMENT_STARTED",
    ]
    client = {"Application": "shop", "Environment": "prod", "Configuration": "p", "ClientId": "c"}
    served = await appconfig.get_configuration(**client)
    assert (served["Content"], served["ConfigurationVersion"]) == (CONTENT, "1")
    again = await appconfig.get_configuration(**client, ClientConfigurationVersion="1")
    assert again["Content"] == b""

    await appconfig.start_deployment(**what, ConfigurationVersion="2", LatestDeploymentNumber=1)
    stopped = await appconfig.stop_deployment(**there, DeploymentNumber=2)
    assert (stopped["State"], stopped["EventLog"][0]["EventType"]) == ("ROLLED_BACK", "ROLLBACK_COMPLETED")
    assert (await appconfig.stop_deployment(**there, DeploymentNumber=1, AllowRevert=True))["State"] == "REVERTED"
    listed = await pages(appconfig.list_deployments, **there)
    told = [(item["DeploymentNumber"], item["State"], item["Type"]) for item in listed]
    assert told == [(2, "ROLLED_BACK", "USER"), (1, "REVERTED", "USER")]
    await refused("BadRequestException", appconfig.stop_deployment(**there, DeploymentNumber=2))
    await appconfig.delete_deployment_strategy(**strategy)
    await refused("ResourceNotFoundException", appconfig.get_deployment_strategy(**strategy))


async def extensions(aws: Any, of: dict[str, str]) -> None:
    appconfig = aws.appconfig
    actions = {"ON_DEPLOYMENT_START": [{"Name": "a", "Uri": "arn:aws:sqs:us-east-1:111122223333:queue"}]}
    parameters = {"to": {"Required": True, "Description": "whom"}}
    made = await appconfig.create_extension(Name="x", Actions=actions, Parameters=parameters, Tags={"a": "b"})
    assert (made["VersionNumber"], made["Actions"], made["Parameters"]) == (1, actions, parameters)
    second = await appconfig.create_extension(Name="x", Actions=actions, LatestVersionNumber=1)
    assert (second["Id"], second["VersionNumber"]) == (made["Id"], 2)
    await refused("ConflictException", appconfig.create_extension(Name="x", Actions=actions, LatestVersionNumber=1))
    assert await appconfig.get_extension(ExtensionIdentifier="x", VersionNumber=1) == made
    changed = await appconfig.update_extension(ExtensionIdentifier=made["Id"], VersionNumber=1, Description="d")
    assert changed == {**made, "Description": "d"} == await appconfig.get_extension(ExtensionIdentifier=made["Arn"])
    (item,) = await pages(appconfig.list_extensions, Name="x")
    assert (item["Id"], item["VersionNumber"]) == (made["Id"], 2)

    resource = f"arn:aws:appconfig:us-east-1:{ACCOUNT}:application/{of['ApplicationId']}"
    where = {"ExtensionIdentifier": "x", "ExtensionVersionNumber": 1, "ResourceIdentifier": resource}
    await refused("BadRequestException", appconfig.create_extension_association(**where))
    association = await appconfig.create_extension_association(**where, Parameters={"to": "me"})
    assert (association["ExtensionArn"], association["ResourceArn"]) == (made["Arn"], resource)
    known = {"ExtensionAssociationId": association["Id"]}
    moved = await appconfig.update_extension_association(**known, Parameters={"to": "you"})
    assert moved == {**association, "Parameters": {"to": "you"}} == await appconfig.get_extension_association(**known)
    (item,) = await pages(appconfig.list_extension_associations, ResourceIdentifier=resource)
    assert item == {name: association[name] for name in ("Id", "ExtensionArn", "ResourceArn")}
    first = {"ExtensionIdentifier": "x", "VersionNumber": 1}
    await refused("BadRequestException", appconfig.delete_extension(**first))
    await appconfig.delete_extension_association(**known)
    await appconfig.delete_extension(**first)
    await appconfig.delete_extension(ExtensionIdentifier="x")
    assert await pages(appconfig.list_extensions, Name="x") == []


async def experiments(aws: Any, of: dict[str, str]) -> None:
    appconfig = aws.appconfig
    kind = {"LocationUri": "hosted", "Type": "AWS.AppConfig.FeatureFlags"}
    flags = await appconfig.create_configuration_profile(**of, Name="flags", **kind)
    theirs = {**of, "ConfigurationProfileId": flags["Id"]}
    await appconfig.create_hosted_configuration_version(**theirs, Content=FLAGS, ContentType="application/json")
    treatment = {"Weight": 1.0, "FlagValue": {"Enabled": True, "AttributeValues": {"size": {"NumberValue": 2.5}}}}
    within = {"ApplicationIdentifier": "shop"}
    defined = await appconfig.create_experiment_definition(
        **within,
        Name="try",
        ConfigurationProfileIdentifier="flags",
        EnvironmentIdentifier="prod",
        FlagKey="colour",
        Treatments=[treatment],
        Control=treatment,
        AudienceRule="rule",
    )
    assert {name: defined["Control"][name] for name in treatment} == treatment
    experiment = {**within, "ExperimentDefinitionIdentifier": "try"}
    changed = await appconfig.update_experiment_definition(**experiment, Hypothesis="h")
    assert (changed["Hypothesis"], changed["Id"]) == ("h", defined["Id"])
    assert await appconfig.get_experiment_definition(**experiment) == changed
    (item,) = await pages(appconfig.list_experiment_definitions, **within, Status="IDLE")
    assert item["Id"] == defined["Id"]
    started = await appconfig.start_experiment_run(**experiment, ExposurePercentage=0.5)
    assert (started["Run"], started["Status"], started["ExposurePercentage"]) == (1, "RUNNING", 0.5)
    assert started["ExperimentDefinitionSnapshot"]["Control"] == defined["Control"]
    run = {**experiment, "Run": 1}
    assert (await appconfig.update_experiment_run(**run, ExposurePercentage=50.0))["ExposurePercentage"] == 50.0
    stopped = await appconfig.stop_experiment_run(**run, Result={"ExecutiveSummary": "s"})
    assert (stopped["Status"], stopped["Result"]) == ("DONE", {"ExecutiveSummary": "s"})
    assert (await appconfig.get_experiment_run(**run))["Result"] == {"ExecutiveSummary": "s"}
    assert [item["Run"] for item in await pages(appconfig.list_experiment_runs, **experiment, Status="DONE")] == [1]
    assert len(await pages(appconfig.list_experiment_run_events, **run)) == 3
    await appconfig.delete_experiment_definition(**experiment, DeleteType="DESTROY")
    await refused("ResourceNotFoundException", appconfig.get_experiment_definition(**experiment))
    await appconfig.delete_hosted_configuration_version(**theirs, VersionNumber=1)
    await appconfig.delete_configuration_profile(**theirs)


async def sessions(aws: Any, there: dict[str, str], its: dict[str, str]) -> None:
    """AppConfig Data: a session polls, sees what is deployed once, and a token only once."""
    what = {**there, "ConfigurationProfileId": its["ConfigurationProfileId"]}
    all_at_once = {"DeploymentStrategyId": "AppConfig.AllAtOnce", "ConfigurationVersion": "2"}
    await aws.appconfig.start_deployment(**what, **all_at_once)
    started = await aws.appconfigdata.start_configuration_session(
        ApplicationIdentifier="shop",
        EnvironmentIdentifier="prod",
        ConfigurationProfileIdentifier="p",
        RequiredMinimumPollIntervalInSeconds=15,
    )
    token = {"ConfigurationToken": started["InitialConfigurationToken"]}
    found = await aws.appconfigdata.get_latest_configuration(**token)
    assert (found["Configuration"], found["ContentType"]) == (b'{"on": false}', "application/json")
    assert found["NextPollIntervalInSeconds"] == 15
    await aws.advance(15)
    following = {"ConfigurationToken": found["NextPollConfigurationToken"]}
    unchanged = await aws.appconfigdata.get_latest_configuration(**following)
    assert unchanged["Configuration"] == b""
    await refused("BadRequestException", aws.appconfigdata.get_latest_configuration(**token))
    await aws.advance(10 * 60)


async def settings(aws: Any, of: dict[str, str], there: dict[str, str], its: dict[str, str]) -> None:
    """What is deleted last is what was served just now, and so is protected."""
    appconfig = aws.appconfig
    assert (await appconfig.get_account_settings())["DeletionProtection"]["ProtectionPeriodInMinutes"] == 60
    protection = {"Enabled": True, "ProtectionPeriodInMinutes": 15}
    assert (await appconfig.update_account_settings(DeletionProtection=protection))["DeletionProtection"] == protection
    for number in (1, 2):
        await appconfig.delete_hosted_configuration_version(**its, VersionNumber=number)
    await refused("ConflictException", appconfig.delete_environment(**there, DeletionProtectionCheck="APPLY"))
    await appconfig.delete_environment(**there, DeletionProtectionCheck="BYPASS")
    await appconfig.delete_configuration_profile(**its, DeletionProtectionCheck="BYPASS")
    await appconfig.delete_application(**of)
    assert await pages(appconfig.list_applications) == []


async def appconfig(aws: Any) -> None:
    of = await applications(aws)
    there, its = await environments(aws, of), await profiles(aws, of)
    await deployments(aws, there, its)
    await extensions(aws, of)
    await experiments(aws, of)
    await sessions(aws, there, its)
    await settings(aws, of, there, its)


async def templates(aws: Any) -> None:
    proton = aws.proton
    made = await proton.create_environment_template(name="vpc", tags=[{"key": "a", "value": "b"}])
    assert (made["environmentTemplate"]["name"], "recommendedVersion" in made["environmentTemplate"]) == ("vpc", False)
    await refused("ConflictException", proton.create_environment_template(name="vpc"))
    for major, number in (({}, "1.0"), ({"majorVersion": "1"}, "1.1"), ({}, "2.0")):
        answer = await proton.create_environment_template_version(templateName="vpc", source=SOURCE, **major)
        version = answer["environmentTemplateVersion"]
        assert f"{version['majorVersion']}.{version['minorVersion']}" == number
        numbers = {"majorVersion": version["majorVersion"], "minorVersion": version["minorVersion"]}
        published = {"templateName": "vpc", **numbers, "status": "PUBLISHED"}
        answer = await proton.update_environment_template_version(**published)
        assert answer["environmentTemplateVersion"]["status"] == "PUBLISHED"
    found = await proton.get_environment_template(name="vpc")
    assert found["environmentTemplate"]["recommendedVersion"] == "2.0"
    await proton.update_environment_template(name="vpc", displayName="Network")
    (shown,) = (await proton.list_environment_templates())["templates"]
    assert shown["displayName"] == "Network"
    numbers = {"templateName": "vpc", "majorVersion": "1", "minorVersion": "1"}
    version = (await proton.get_environment_template_version(**numbers))["environmentTemplateVersion"]
    assert (version["status"], version["minorVersion"]) == ("PUBLISHED", "1")
    first = await proton.list_environment_template_versions(templateName="vpc", maxResults=1)
    rest = await proton.list_environment_template_versions(templateName="vpc", nextToken=first["nextToken"])
    assert len([*first["templateVersions"], *rest["templateVersions"]]) == 2


async def proton(aws: Any) -> None:
    """An environment that is deployed, updated, cancelled, tagged and deleted."""
    await templates(aws)
    proton = aws.proton
    made = await proton.create_environment(name="prod", templateName="vpc", templateMajorVersion="1", spec="spec: 1")
    environment = made["environment"]
    assert environment["deploymentStatus"] == "IN_PROGRESS"
    await aws.advance(60)
    deployed = (await proton.get_environment(name="prod"))["environment"]
    assert (deployed["deploymentStatus"], deployed["templateMinorVersion"]) == ("SUCCEEDED", "1")
    assert (deployed["lastDeploymentSucceededAt"] - deployed["createdAt"]).total_seconds() <= 60
    await proton.update_environment(name="prod", deploymentType="MAJOR_VERSION", spec="spec: 2")
    cancelled = (await proton.cancel_environment_deployment(environmentName="prod"))["environment"]
    assert cancelled["deploymentStatus"] == "CANCELLING"
    await aws.advance(10)
    shown = (await proton.get_environment(name="prod"))["environment"]
    assert (shown["deploymentStatus"], shown["spec"]) == ("CANCELLED", "spec: 1")
    filters = [{"templateName": "vpc", "majorVersion": "1"}]
    (item,) = (await proton.list_environments(environmentTemplates=filters))["environments"]
    assert item["name"] == "prod"
    first, second = (await proton.list_deployments(environmentName="prod"))["deployments"]
    assert (first["deploymentStatus"], second["deploymentStatus"]) == ("SUCCEEDED", "CANCELLED")
    shown = (await proton.get_deployment(id=second["id"]))["deployment"]
    assert shown["initialState"]["environment"]["spec"] == "spec: 1"
    await refused("ResourceNotFoundException", proton.get_environment(name="none"))

    arn = {"resourceArn": environment["arn"]}
    await proton.tag_resource(**arn, tags=[{"key": "team", "value": "blue"}, {"key": "a", "value": "b"}])
    await proton.untag_resource(**arn, tagKeys=["a"])
    assert (await proton.list_tags_for_resource(**arn))["tags"] == [{"key": "team", "value": "blue"}]

    deleted = (await proton.delete_environment(name="prod"))["environment"]
    assert deleted["deploymentStatus"] == "DELETE_IN_PROGRESS"
    await aws.advance(10)
    for major, minor in (("1", "0"), ("1", "1"), ("2", "0")):
        numbers = {"templateName": "vpc", "majorVersion": major, "minorVersion": minor}
        answer = await proton.delete_environment_template_version(**numbers)
        assert answer["environmentTemplateVersion"]["minorVersion"] == minor
    await proton.delete_environment_template(name="vpc")
    assert (await proton.list_environment_templates())["templates"] == []


SCENARIOS = (appconfig, proton)
