"""Arguments: by name alone, each with its type; nested ones as plain dictionaries or as what an answer held."""

from datetime import UTC, datetime

from asdoc.appconfig import Client, Clinet  # error: attr-defined / reportAttributeAccessIssue, reportUnknownVariableType, reportUnusedImport
from asdoc.appconfig.models import GrowthType, Monitor, MonitorDict, ValidatorDict
from asdoc.runtime.config import Config

client = Client("eu-west-1")
Client("eu-west-1", config=Config(max_attempts=3))
Client(region="eu-west-1")  # error: call-arg / reportCallIssue

# names and obligation
client.get_deployment(ApplicationId="a", EnvironmentId="b", DeploymentNumber=1)
client.get_deployment(ApplicationId="a", EnvironmentId="b")  # error: call-arg / reportCallIssue
client.get_deployment("a", "b", 1)  # error: call-arg / reportCallIssue
client.get_application(ApplicationID="a")  # error: call-arg / reportCallIssue
client.get_aplication(ApplicationId="a")  # error: attr-defined / reportAttributeAccessIssue, reportUnknownMemberType

# types
client.get_deployment(ApplicationId="a", EnvironmentId="b", DeploymentNumber="1")  # error: arg-type / reportArgumentType
client.get_application(ApplicationId=None)  # error: arg-type / reportArgumentType
client.create_application(Name="a", Description=None, Tags=None)
client.create_application(Name="a", Tags={"k": "v"})
client.create_application(Name="a", Tags={"k": 1})  # error: dict-item / reportArgumentType
client.create_application(Name="a", Tags=["k"])  # error: arg-type / reportArgumentType
client.create_hosted_configuration_version(
    ApplicationId="a", ConfigurationProfileId="p", Content=b"{}", ContentType="application/json"
)
client.create_hosted_configuration_version(
    ApplicationId="a", ConfigurationProfileId="p", Content="{}", ContentType="application/json"
)
with open("file", "rb") as file:
    client.create_hosted_configuration_version(
        ApplicationId="a", ConfigurationProfileId="p", Content=file, ContentType="application/json"
    )
client.create_hosted_configuration_version(
    ApplicationId="a", ConfigurationProfileId="p", Content=1, ContentType="t"  # error: arg-type / reportArgumentType
)

# enums: documented values complete, others are taken
growth: GrowthType = "LINEAR"
later: GrowthType = "NEWER_THAN_THE_PAGES"
wrong: GrowthType = 1  # error: assignment / reportAssignmentType
client.create_deployment_strategy(
    Name="s", DeploymentDurationInMinutes=1, GrowthFactor=20, GrowthType=growth, ReplicateTo=later
)
client.create_deployment_strategy(Name="s", DeploymentDurationInMinutes=1, GrowthFactor=20.5, GrowthType="LINEAR")

# nested: dictionaries as the pages print them
client.create_environment(ApplicationId="a", Name="n", Monitors=[{"AlarmArn": "arn", "AlarmRoleArn": "arn"}])
client.create_environment(ApplicationId="a", Name="n", Monitors=({"AlarmArn": "arn"},))
monitors: list[MonitorDict] = [{"AlarmArn": "arn"}]
client.create_environment(ApplicationId="a", Name="n", Monitors=monitors)
client.create_environment(ApplicationId="a", Name="n", Monitors=[{"Alarm": "arn"}])  # error: list-item / reportArgumentType
client.create_environment(ApplicationId="a", Name="n", Monitors=[{"AlarmArn": 1}])  # error: list-item / reportArgumentType
client.create_environment(ApplicationId="a", Name="n", Monitors={"AlarmArn": "arn"})  # error: arg-type / reportArgumentType
validator: ValidatorDict = {"Type": "LAMBDA", "Content": "arn"}
partial: ValidatorDict = {"Type": "LAMBDA"}  # error: typeddict-item / reportAssignmentType
client.create_configuration_profile(ApplicationId="a", Name="n", LocationUri="hosted", Validators=[validator])

# nested: models, as an answer held them
environment = client.get_environment(ApplicationId="a", EnvironmentId="e")
client.create_environment(ApplicationId="b", Name="n", Monitors=environment.Monitors)
client.create_environment(ApplicationId="b", Name="n", Monitors=[Monitor(AlarmArn="arn")])
Monitor("arn")  # error: call-arg / reportCallIssue
Monitor(Alarm="arn")  # error: call-arg / reportCallIssue
when = datetime.now(UTC)
