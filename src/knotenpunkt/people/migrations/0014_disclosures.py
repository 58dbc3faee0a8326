"""What authorities were given on a request in writing, and the wall around it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models

WALL = """
CREATE POLICY seen_by_the_house_that_gave_and_by_her ON people_disclosure USING (
    (SELECT kp_kind()) = 'system'
    OR subject_id = (SELECT kp_person()) AND informed IN ('message', 'in_person')
    OR organization_id = (SELECT kp_organization()) AND (
        (SELECT kp_role()) = 'data_protection_officer'
        OR (SELECT kp_reads_contents()) AND (SELECT kp_role()) <> 'front_desk'
            AND kp_leads(subject_id)
    )
);
CREATE POLICY seen_with_their_disclosure ON people_disclosure_items USING (
    (SELECT kp_kind()) = 'system'
    OR EXISTS (SELECT 1 FROM people_disclosure d WHERE d.id = disclosure_id)
);
ALTER TABLE people_disclosure ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_disclosure FORCE ROW LEVEL SECURITY;
ALTER TABLE people_disclosure_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_disclosure_items FORCE ROW LEVEL SECURITY;
"""
NO_WALL = """
DROP POLICY seen_with_their_disclosure ON people_disclosure_items;
DROP POLICY seen_by_the_house_that_gave_and_by_her ON people_disclosure;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0004_an_organization_shows_itself_when_ready'),
        ('people', '0013_persons_are_behind_the_second_wall'),
    ]

    operations = [
        migrations.CreateModel(
            name='Disclosure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('requester', models.CharField(max_length=200)),
                ('reference', models.CharField(max_length=120)),
                ('legal_basis', models.CharField(max_length=120)),
                ('necessity', models.CharField(max_length=300)),
                ('fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, help_text='of the person', size=None)),
                ('prepared_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('is_given', models.BooleanField(default=False)),
                ('informed', models.CharField(blank=True, choices=[('message', 'by a message from here'), ('in_person', 'told in person'), ('forbidden', 'the law forbids to tell her')], max_length=10)),
                ('silent_because', models.CharField(blank=True, max_length=300)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.staffmember')),
                ('items', models.ManyToManyField(related_name='disclosures', to='people.item')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.organization')),
                ('prepared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.staffmember')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='disclosures', to='people.person')),
            ],
            options={
                'ordering': ['-prepared_at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('requester', ''), _negated=True), models.Q(('legal_basis', ''), _negated=True), models.Q(('necessity', ''), _negated=True)), name='a_disclosure_says_to_whom_and_by_which_law'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='four_eyes_see_a_disclosure'), models.CheckConstraint(condition=models.Q(('is_given', False), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('informed', ''), _negated=True)), _connector='OR'), name='what_is_given_was_decided_and_she_is_told'), models.CheckConstraint(condition=models.Q(models.Q(('informed', 'forbidden'), _negated=True), models.Q(('silent_because', ''), _negated=True), _connector='OR'), name='silence_about_a_disclosure_has_a_reason')],
            },
        ),
        migrations.RunSQL(WALL, NO_WALL),
    ]
